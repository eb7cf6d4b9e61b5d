import type { Json, Resource, StackTemplate } from '../shared/template';
import { type Say, records } from '../shared/words';
import { Breadth, type Grant, type Traffic } from './grant';

type Rule = Readonly<Partial<Record<string, Json>>>;

/** Where the other side of a rule stands. */
const PEERS = [
  ['CidrIp', 'CidrIpv6', 'SourceSecurityGroupId', 'SourcePrefixListId', 'SourceSecurityGroupName'],
  ['DestinationSecurityGroupId', 'DestinationPrefixListId'],
].flat();

/** What EC2 gives a group for which no rule outwards is written. */
const EVERYTHING_OUT = { CidrIp: '0.0.0.0/0', IpProtocol: '-1' } as const;

/** The rule by which the CDK says "nothing", because CloudFormation has no empty list of rules. */
const isNothing = (rule: Rule): boolean => rule.CidrIp === '255.255.255.255/32' && rule.IpProtocol === 'icmp';

/** The traffic that the security groups of a stack let through, written inside them or beside them. */
export function trafficGrants(stack: StackTemplate, say: Say): Grant[] {
  const resources = Object.entries(stack.template.Resources);
  const beside = (type: string): Resource[] => resources.filter(([, { Type }]) => Type === type).map(([, resource]) => resource);
  const grant = (direction: Traffic['direction'], owner: string, rule: Rule): Grant[] =>
    isNothing(rule) ? [] : [trafficGrant(stack.name, owner, traffic(direction, rule, say))];
  const outside = [
    ...beside('AWS::EC2::SecurityGroupIngress').map((resource) => ['from', resource] as const),
    ...beside('AWS::EC2::SecurityGroupEgress').map((resource) => ['to', resource] as const),
  ].map(([direction, { Properties: rule = {} }]) => ({ direction, rule, owner: say(rule.GroupId ?? rule.GroupName) }));
  const limitedOutwards = new Set(outside.filter(({ direction }) => direction === 'to').map(({ owner }) => owner));
  const inside = resources
    .filter(([, { Type }]) => Type === 'AWS::EC2::SecurityGroup')
    .flatMap(([id, { Properties: { SecurityGroupIngress: ingress, SecurityGroupEgress: egress } = {} }]) => {
      const owner = say({ Ref: id });
      const outwards = egress ?? (limitedOutwards.has(owner) ? [] : [EVERYTHING_OUT]);
      return [
        ...records(ingress).flatMap((rule) => grant('from', owner, rule)),
        ...records(outwards).flatMap((rule) => grant('to', owner, rule)),
      ];
    });
  return [...inside, ...outside.flatMap(({ direction, owner, rule }) => grant(direction, owner, rule))];
}

function traffic(direction: Traffic['direction'], rule: Rule, say: Say): Traffic {
  const protocol = say(rule.IpProtocol);
  const [from, to] = [rule.FromPort, rule.ToPort].map((port) => (port === undefined ? -1 : Number(say(port))));
  // No port, or -1, is every port.
  const ports: Traffic['ports'] = from === -1 || protocol === '-1' ? [0, 65535] : [from, to === -1 ? from : to];
  const property = PEERS.find((name) => rule[name] !== undefined);
  return { kind: 'traffic', direction, protocol, ports, peer: property === undefined ? 'unknown' : say(rule[property]) };
}

function trafficGrant(stack: string, owner: string, what: Traffic): Grant {
  const everywhere = ['0.0.0.0/0', '::/0'].includes(what.peer);
  const breadth = !everywhere ? Breadth.NAMED : what.direction === 'from' ? Breadth.ANYONE : Breadth.WILDCARD;
  return { stack, owner, breadth, denies: false, what };
}
