import type { Json } from '../shared/template';
import { isRecord } from '../resolve/values';
import { list } from '../shared/words';
import { type Found, USERS, type Ways, arrow } from './arrows';
import type { Entry } from './deployment';
import type { Arrow } from './model';
import type { Draft } from './things';

interface Door {
  readonly group: Entry;
  readonly rule: { readonly [name: string]: Json };
  readonly stack: string;
  readonly say: Entry['say'];
}

/** Who may reach whom by the rules of security groups. What comes from outside, from itself or from addresses is said in words unless users come in there. */
export function doors(ways: Ways): Found {
  const { deployment, behind } = ways;
  const arrows: Arrow[] = [];
  const openings: string[] = [];
  for (const { group, rule, stack, say } of allDoors(ways)) {
    const targets = (behind.get(group.key) ?? []).filter(({ kind }) => kind !== 'endpoint');
    const ports = portsOf(rule, say);
    const sources = deployment.referred(rule.SourceSecurityGroupId, stack);
    const from = sources.flatMap(({ key }) => behind.get(key) ?? []);
    const anyone = ['0.0.0.0/0', '::/0'].includes(say(rule.CidrIp ?? rule.CidrIpv6));
    const isItself = sources.includes(group);
    const found = targets.flatMap((target) => {
      if (anyone) return [arrow(USERS, target, 'entry', ports)];
      const others = isItself ? [] : from.filter((source) => source.thing.id !== target.thing.id && source.kind !== 'endpoint');
      return others.map((source) => arrow(source, target, 'ingress', ports));
    });
    arrows.push(...found);
    if (found.length === 0) openings.push(`${group.path}: ${ports} from ${isItself ? 'itself' : peerOf(rule, say)}`);
  }
  return { arrows, openings: [...new Set(openings)] };
}

function allDoors({ deployment }: Ways): Door[] {
  const inside = deployment
    .ofType('AWS::EC2::SecurityGroup')
    .flatMap((group) =>
      list(group.get('SecurityGroupIngress')).flatMap((rule) =>
        isRecord(rule) ? [{ group, rule, stack: group.stack, say: group.say }] : [],
      ),
    );
  const beside = deployment
    .ofType('AWS::EC2::SecurityGroupIngress')
    .flatMap((entry) =>
      deployment
        .of(entry, 'GroupId')
        .map((group) => ({ group, rule: entry.resource.Properties ?? {}, stack: entry.stack, say: entry.say })),
    );
  return [...inside, ...beside];
}

function portsOf(rule: Door['rule'], say: Entry['say']): string {
  const [from, to] = [say(rule.FromPort), say(rule.ToPort)];
  // A port that only AWS knows is the one that the database chose.
  if (!/^-?\d*$/.test(from)) return from.split('.').at(-1) === 'Port' || from.endsWith('Endpoint.Port') ? 'its port' : from;
  if (say(rule.IpProtocol) === '-1' || from === '' || from === '-1') return 'all';
  return from === to ? from : `${from}–${to}`;
}

function peerOf(rule: Door['rule'], say: Entry['say']): string {
  return say(rule.CidrIp ?? rule.CidrIpv6 ?? rule.SourcePrefixListId ?? rule.SourceSecurityGroupId) || 'somebody';
}

/** From users straight to what a CDN serves is a way that is there, but not theirs: said in words. */
export function behindCdn(arrows: readonly Arrow[], drafts: readonly Draft[]): Found {
  const served = new Set(arrows.filter(({ reason }) => reason === 'origin').map(({ to }) => to));
  const isShadowed = ({ reason, from, to }: Arrow): boolean => reason === 'entry' && from === USERS && served.has(to);
  const title = (id: string): string => drafts.find(({ thing }) => thing.id === id)?.thing.title ?? id;
  return {
    arrows: arrows.filter((one) => !isShadowed(one)),
    openings: arrows.filter(isShadowed).map(({ to, label }) => `${title(to)}: ${label} from anywhere, for the CDN`),
  };
}
