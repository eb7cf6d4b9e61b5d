import type { Json } from '../shared/template';
import { isRecord } from '../resolve/values';
import { list } from '../shared/words';
import { type Found, USERS, type Ways, arrow, thingsIn, thingsOf } from './arrows';
import type { Entry } from './deployment';
import type { Arrow } from './model';
import type { Draft } from './things';

/** The way of a request: users, DNS, CDN, load balancer, servers. */
export function flow(ways: Ways): Found {
  return { arrows: [...entries(ways), ...records(ways), ...origins(ways), ...targets(ways)] };
}

function entries({ drafts }: Ways): Arrow[] {
  return drafts.flatMap((draft) => {
    if (draft.kind === 'dns') return [arrow(USERS, draft, 'record', 'DNS')];
    if (['cdn', 'api', 'httpApi', 'graphql', 'accelerator'].includes(draft.kind)) return [arrow(USERS, draft, 'entry', '443')];
    return draft.entry.type === 'AWS::ElasticLoadBalancing::LoadBalancer' ? [arrow(USERS, draft, 'entry', '443')] : [];
  });
}

const textOf = (record: Entry): string => record.say(record.get('Name')).replace(/\.$/, '');

/** What a record leads to. */
function targetsOfRecord(ways: Ways, record: Entry): Draft[] {
  return thingsIn(ways, [record.get('AliasTarget') ?? null, record.get('ResourceRecords') ?? null], record.stack).filter(
    ({ kind }) => kind !== 'zone',
  );
}

function records(ways: Ways): Arrow[] {
  const { deployment, parts } = ways;
  const led = deployment.ofType('AWS::Route53::RecordSet').flatMap((record) => {
    const policy =
      record.get('Region') !== undefined
        ? 'latency'
        : record.get('Failover') !== undefined
          ? 'failover'
          : record.get('GeoLocation') !== undefined
            ? 'geolocation'
            : record.get('Weight') !== undefined
              ? 'weighted'
              : 'alias';
    const own = parts.thing.get(record.key);
    return own === undefined
      ? []
      : targetsOfRecord(ways, record).map((target) => ({ policy, arrow: arrow(own, target, 'record', policy) }));
  });
  // A plain alias beside a chosen one says nothing more.
  const chosen = new Set(led.filter(({ policy }) => policy !== 'alias').map(({ arrow: { to } }) => to));
  const checks = deployment.ofType('AWS::Route53::HealthCheck').flatMap((check) => {
    const own = parts.thing.get(check.key);
    const name = check.say(check.get('HealthCheckConfig.FullyQualifiedDomainName'));
    const named = deployment
      .ofType('AWS::Route53::RecordSet')
      .filter((record) => name !== '' && textOf(record) === name)
      .flatMap((record) => targetsOfRecord(ways, record));
    const direct = thingsIn(ways, check.get('HealthCheckConfig'), check.stack);
    return own === undefined ? [] : [...named, ...direct].map((target) => arrow(own, target, 'record', 'checks'));
  });
  return [...led.filter(({ policy, arrow: { to } }) => policy !== 'alias' || !chosen.has(to)).map((one) => one.arrow), ...checks];
}

function origins(ways: Ways): Arrow[] {
  const { deployment } = ways;
  const named = (name: string): Draft[] =>
    name === ''
      ? []
      : deployment
          .ofType('AWS::Route53::RecordSet')
          .filter((record) => textOf(record) === name)
          .flatMap((record) => targetsOfRecord(ways, record));
  return ways.drafts
    .filter(({ kind }) => kind === 'cdn')
    .flatMap((cdn) =>
      list(cdn.entry.get('DistributionConfig.Origins')).flatMap((origin) => {
        if (!isRecord(origin)) return [];
        const found = thingsIn(ways, origin.DomainName, cdn.entry.stack);
        const byName = deployment.named(nameOfBucket(origin.DomainName, cdn.entry), cdn.entry.say);
        const targets = found.length > 0 ? found : byName ? thingsOf(ways.parts, [byName]) : named(cdn.entry.say(origin.DomainName));
        return targets.map((target) => arrow(cdn, target, 'origin', target.kind === 'bucket' ? 'files' : 'origin'));
      }),
    );
}

/** `copy-1.s3.eu-west-1.amazonaws.com` without what S3 adds. */
function nameOfBucket(domain: Json | undefined, { say }: Entry): string {
  return say(domain).replace(/\.s3[.-].*$/, '');
}

function targets(ways: Ways): Arrow[] {
  const { deployment, parts } = ways;
  const listeners = deployment.ofType('AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::ListenerRule');
  return deployment.ofType('AWS::ElasticLoadBalancingV2::TargetGroup').flatMap((group) => {
    const balancers = listeners
      .filter((one) => deployment.of(one, 'DefaultActions', 'Actions').includes(group))
      .flatMap((one) => parts.thing.get(one.key) ?? []);
    const users = [
      ...ways.drafts.filter(({ entry }) => deployment.of(entry, 'TargetGroupARNs', 'LoadBalancers').includes(group)),
      ...thingsIn(ways, group.get('Targets'), group.stack),
    ];
    return [...new Set(balancers)].flatMap((balancer) =>
      [...new Set(users)].map((user) => arrow(balancer, user, 'target', group.say(group.get('Port')))),
    );
  });
}
