import { type Charge, HOURS, type Item, type Meter, type Month, listAt, textAt } from '../plan';

const SECONDS = HOURS * 3600;
/** What one capacity unit of a load balancer takes. */
const LCU = { connectionsPerSecond: 25, gbPerHour: 1 };

/** A public address. */
export const address: Meter = () => [{ what: 'public address', part: 'fixed', price: 'ipv4', quantity: HOURS }];

/** A NAT gateway: by the hour and by what goes through; its address is one of its own. */
export const nat: Meter = (_, { plan, usage }) => {
  const gateways = plan.of('AWS::EC2::NatGateway').length;
  return [
    { what: 'hours', part: 'fixed', price: 'nat:hour', quantity: HOURS },
    { what: 'data', part: 'usage', price: 'nat:gb', quantity: usage.natGb / gateways },
  ];
};

/** AWS makes none in fewer zones; more of them are not known where the subnets are a parameter. */
const LEAST_ZONES = 2;

/** An application load balancer, the public address it has in each zone, and its capacity units: whichever is used most of connections and bytes. */
export const loadBalancer: Meter = (item, month) => {
  const { plan, usage } = month;
  const missed = (1 - (plan.hasCdn ? usage.cacheHitShare : 0)) / plan.regions;
  const units = Math.max(
    (usage.requests * missed) / SECONDS / LCU.connectionsPerSecond,
    ((usage.gbOut + usage.uploadGb) * missed) / HOURS / LCU.gbPerHour,
  );
  const zones = Math.max(listAt(item, 'Subnets').length, listAt(item, 'SubnetMappings').length, LEAST_ZONES);
  // Without a scheme it faces the internet.
  const open = textAt(item, 'Scheme') === 'internal' ? 0 : zones;
  return [
    { what: 'hours', part: 'fixed', price: 'alb:hour', quantity: HOURS },
    { what: 'public addresses', part: 'fixed', price: 'ipv4', quantity: HOURS * open },
    { what: 'capacity units', part: 'usage', price: 'alb:lcu', quantity: units * HOURS },
    ...toInternet(month),
  ];
};

/** An interface endpoint, by the hour in each zone and by what goes through. A gateway endpoint is free. */
export const endpoint: Meter = (item, { plan, usage }) => {
  const isInterface = (one: Item): boolean => textAt(one, 'VpcEndpointType') === 'Interface';
  const interfaces = plan.of('AWS::EC2::VPCEndpoint').filter(isInterface).length;
  if (!isInterface(item)) return [];
  return [
    { what: 'hours', part: 'fixed', price: 'endpoint:hour', quantity: HOURS * listAt(item, 'SubnetIds').length },
    { what: 'data', part: 'usage', price: 'endpoint:gb', quantity: usage.endpointGb / interfaces },
  ];
};

/** Flow logs, delivered to a bucket. */
export const flowLog: Meter = (item, { plan, usage }) => {
  const price = textAt(item, 'LogDestinationType') === 's3' ? 'logs:to-s3' : 'logs:ingest';
  return [{ what: 'delivery', part: 'usage', price, quantity: usage.flowLogGb / plan.of('AWS::EC2::FlowLog').length }];
};

/** What goes from zone to zone, paid in both directions, once a database or a cache is not on the server. */
export const betweenZones: Meter = (item, { plan, usage }) => {
  const apart = ['AWS::RDS::DBInstance', 'AWS::ElastiCache::ReplicationGroup'].some((type) => plan.of(type, item.stack).length > 0);
  return apart ? [{ what: 'between zones', part: 'usage', price: 'transfer:zone', quantity: (2 * usage.crossZoneGb) / plan.regions }] : [];
};

/** What a server or load balancer sends to users itself, where there is no CDN to do it. */
export function toInternet({ plan, usage }: Month): Charge[] {
  return plan.hasCdn ? [] : [{ what: 'data to users', part: 'usage', price: 'transfer:internet', quantity: usage.gbOut / plan.regions }];
}
