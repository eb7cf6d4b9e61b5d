import type { Json } from '../shared/template';
import { type Deployment, type Entry, nameOfEntry } from './deployment';
import { type Ground, keyOfZone } from './ground';
import { KINDS, kindOfType } from './kinds';
import { membersOf } from './members';
import type { Place, Thing } from './model';
import { titleOf } from './title';

/** A thing while the picture is made: with the resource that it is. */
export interface Draft {
  readonly entry: Entry;
  readonly kind: string;
  readonly place: Place;
  readonly thing: Thing;
}

/** All things of a deployment, one for each resource of a kind. */
export function draftsOf(deployment: Deployment, ground: Ground): Draft[] {
  return deployment.entries.flatMap((entry) => {
    const kind = kindOfType(entry.type);
    if (kind === undefined || isPart(deployment, entry) || isHelper(deployment, entry)) return [];
    const place = placeOf(deployment, ground, entry, kind);
    return [{ entry, kind, place, thing: thingOf(deployment, ground, entry, kind, place) }];
  });
}

function thingOf(deployment: Deployment, ground: Ground, entry: Entry, kind: string, place: Place): Thing {
  const { what, size = () => '', together, title } = KINDS[kind];
  const said = typeof what === 'string' ? what : what(entry);
  const members = place.at === 'subnets' ? membersOf(deployment, ground, entry, place) : [];
  return {
    id: `${place.at === 'global' ? 'global' : entry.region}/${kind}/${together === undefined ? entry.path : ''}`.replace(/\/$/, ''),
    ...{
      kind,
      title: together ?? (typeof title === 'function' ? title(entry) : (title ?? titleOf(entry, said))),
      what: said,
      size: [size(entry), typeOfServers(deployment, entry)].filter((part) => part !== '').join(' × '),
    },
    ...{ place, count: 1, members, resources: [nameOfEntry(entry)], own: 1 },
  };
}

/** Instances of a cluster are members of it, gateways stand at a border alone, and records of an address that another has are one. */
function isPart(deployment: Deployment, entry: Entry): boolean {
  if (entry.type === 'AWS::RDS::DBInstance') return entry.get('DBClusterIdentifier') !== undefined;
  if (entry.type === 'AWS::Route53::HealthCheck') return deployment.ofType('AWS::Route53::RecordSet').length > 0;
  if (entry.type === 'AWS::EC2::InternetGateway')
    return !deployment.ofType('AWS::EC2::VPCGatewayAttachment').some((one) => deployment.of(one, 'InternetGatewayId').includes(entry));
  return false;
}

/** Functions that AWS calls, not users: those behind a custom resource or a rotation, and the CDK's own. */
function isHelper(deployment: Deployment, entry: Entry): boolean {
  if (entry.type !== 'AWS::Lambda::Function') return false;
  if (/(^|\/)(Custom::|LogRetention|BucketNotificationsHandler|AWS679|framework-)/.test(entry.path)) return true;
  return ['ServiceToken', 'RotationLambdaARN'].some((property) =>
    deployment.entries.some((one) => one.get(property) !== undefined && deployment.of(one, property).includes(entry)),
  );
}

/** How many of which servers a group has: the type is in its launch template. */
function typeOfServers(deployment: Deployment, entry: Entry): string {
  if (entry.type === 'AWS::EC2::Instance' && entry.get('InstanceType') !== undefined) return '';
  if (entry.type !== 'AWS::AutoScaling::AutoScalingGroup' && entry.type !== 'AWS::EC2::Instance') return '';
  const source = launchOf(deployment, entry);
  return source === undefined ? '' : source.say(source.get('LaunchTemplateData.InstanceType') ?? source.get('InstanceType'));
}

/** What servers are started from. */
export function launchOf(deployment: Deployment, entry: Entry): Entry | undefined {
  return deployment
    .of(entry, 'LaunchTemplate', 'MixedInstancesPolicy', 'LaunchConfigurationName')
    .find(({ type }) => /^AWS::(EC2::LaunchTemplate|AutoScaling::LaunchConfiguration)$/.test(type));
}

/** Properties that name subnets, or groups of them. */
const SUBNETS = [
  ...[
    'SubnetId',
    'SubnetIds',
    'Subnets',
    'SubnetMappings',
    'VPCZoneIdentifier',
    'DBSubnetGroupName',
    'CacheSubnetGroupName',
    'NetworkInterfaces',
  ],
  ...['NetworkConfiguration', 'VpcConfig', 'VPCOptions', 'ResourcesVpcConfig', 'BrokerNodeGroupInfo', 'LaunchTemplate'],
];

function placeOf(deployment: Deployment, ground: Ground, entry: Entry, kind: string): Place {
  const { at } = KINDS[kind];
  if (at === 'global' && !(entry.type === 'AWS::WAFv2::WebACL' && entry.get('Scope') === 'REGIONAL')) return { at };
  const inRegion: Place = { at: 'region', region: entry.region };
  if (at === 'border') {
    const [vpc] = entry.type === 'AWS::EC2::InternetGateway' ? vpcOfGateway(deployment, entry) : deployment.of(entry, 'VpcId');
    return (vpc as Entry | undefined) === undefined ? inRegion : { at, region: entry.region, network: vpc.key };
  }
  if (at !== 'subnets') return inRegion;
  const cells = entry.type === 'AWS::EC2::Volume' ? besideServer(deployment, ground, entry) : cellsOf(deployment, ground, entry);
  return cells[0]?.place ?? inRegion;
}

/** The subnets of a resource, as places; the first has all zones of its row. */
function cellsOf(deployment: Deployment, ground: Ground, entry: Entry): { place: Place & { at: 'subnets' } }[] {
  const direct = deployment.of(entry, ...SUBNETS);
  const mounted =
    entry.type === 'AWS::EFS::FileSystem'
      ? deployment
          .ofType('AWS::EFS::MountTarget')
          .filter((target) => deployment.of(target, 'FileSystemId').includes(entry))
          .flatMap((target) => deployment.of(target, 'SubnetId'))
      : [];
  const origin = sourceOf(deployment, entry);
  const through = [...direct, ...(origin ? deployment.of(origin, ...SUBNETS) : [])]
    .filter(({ type }) => /SubnetGroup$|LaunchTemplate$/.test(type))
    .flatMap((group) => deployment.of(group, 'SubnetIds', 'LaunchTemplateData'));
  const cells = [...direct, ...mounted, ...through].flatMap(({ key }) => ground.cells.get(key) ?? []);
  if (cells.length === 0) return [];
  const [{ region, network, row }] = cells;
  const zones = [...new Set(cells.filter((cell) => cell.network === network && cell.row === row).map(({ zone }) => zone))].sort(
    (a, b) => a - b,
  );
  return [{ place: { at: 'subnets', region, network, row, zones } }];
}

/** A replica without a subnet group is in that of its source. */
function sourceOf(deployment: Deployment, entry: Entry): Entry | undefined {
  const source =
    entry.type === 'AWS::RDS::DBInstance' && entry.get('DBSubnetGroupName') === undefined
      ? entry.get('SourceDBInstanceIdentifier')
      : undefined;
  return source === undefined ? undefined : (deployment.referred(source, entry.stack)[0] ?? deployment.named(source, entry.say));
}

/** A volume has a zone and no subnet: it stands with the servers of its zone. */
function besideServer(deployment: Deployment, ground: Ground, entry: Entry): { place: Place }[] {
  const zone: Json | undefined = entry.get('AvailabilityZone');
  const own = deployment.ofType('AWS::EC2::Instance').filter(({ region }) => region === entry.region);
  for (const server of own) {
    const [cell] = cellsOf(deployment, ground, server);
    if ((cell as { place: Place } | undefined) === undefined) continue;
    const { network, zones } = cell.place;
    const index = (ground.zoneKeys.get(network) ?? []).indexOf(keyOfZone(zone));
    if (zones.includes(index) || deployment.referred(zone, entry.stack).includes(server)) return [cell];
  }
  return [];
}

function vpcOfGateway(deployment: Deployment, gateway: Entry): Entry[] {
  return deployment
    .ofType('AWS::EC2::VPCGatewayAttachment')
    .filter((one) => deployment.of(one, 'InternetGatewayId').includes(gateway))
    .flatMap((one) => deployment.of(one, 'VpcId'));
}
