import type { Json } from '../shared/template';
import { list } from '../shared/words';
import { isRecord } from '../resolve/values';
import { type Deployment, type Entry, nameOfEntry } from './deployment';
import type { Network, Region, Row } from './model';

/** Where a subnet is. */
export interface Cell {
  readonly region: string;
  readonly network: string;
  readonly row: string;
  readonly zone: number;
}

/** Regions with their networks, and the place of each subnet. */
export interface Ground {
  readonly regions: readonly Region[];
  /** Place of each subnet, by its key. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Zones of each network, as templates write them. */
  readonly zoneKeys: ReadonlyMap<string, readonly string[]>;
}

const KINDS: readonly Row['kind'][] = ['public', 'private', 'isolated'];

/** Reads networks and subnets. */
export function groundOf(deployment: Deployment): Ground {
  const cells = new Map<string, Cell>();
  const zoneKeys = new Map<string, readonly string[]>();
  const subnets = deployment.ofType('AWS::EC2::Subnet');
  const names = [...new Set(deployment.entries.map(({ region }) => region))];
  const vpcs = deployment.ofType('AWS::EC2::VPC');
  const networkOf = (vpc: Entry): Network => {
    const own = subnets.filter((subnet) => deployment.of(subnet, 'VpcId').includes(vpc));
    const zones = [...new Set(own.map(zoneKey))].sort((a, b) => (a < b ? -1 : 1));
    zoneKeys.set(vpc.key, zones);
    const rows = new Map<string, Row & { zones: number[] }>();
    for (const subnet of own) {
      const kind = kindOf(deployment, subnet);
      const name = tag(subnet, 'aws-cdk:subnet-name') ?? '';
      const id = `${kind} ${name}`;
      const zone = zones.indexOf(zoneKey(subnet));
      const row = rows.get(id) ?? { id, name, kind, zones: [] };
      rows.set(id, { ...row, zones: [...new Set([...row.zones, zone])].sort((a, b) => a - b) });
      cells.set(subnet.key, { region: vpc.region, network: vpc.key, row: id, zone });
    }
    return {
      ...{ id: vpc.key, title: titleOf(vpc, vpcs), resources: [nameOfEntry(vpc)] },
      zones: zones.map((zone, index) => (zone.startsWith('{') ? `zone ${index + 1}` : zone)),
      rows: [...rows.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)),
    };
  };
  const regions = names.map((id) => ({
    id,
    title: id === 'region' ? 'Region' : id,
    networks: vpcs.filter(({ region }) => region === id).map(networkOf),
  }));
  return { regions, cells, zoneKeys };
}

function titleOf(vpc: Entry, all: readonly Entry[]): string {
  const range = vpc.say(vpc.get('CidrBlock'));
  const beside = all.filter(({ region }) => region === vpc.region).length > 1;
  return ['VPC', ...(beside ? [vpc.path.split('/').at(-1) ?? ''] : []), range].filter((part) => part !== '').join(' ');
}

/** The zone of a subnet as its template writes it: a name, or a function that chooses one. */
function zoneKey(subnet: Entry): string {
  return keyOfZone(subnet.get('AvailabilityZone'));
}

/** A zone as text that can be compared. */
export function keyOfZone(zone: Json | undefined): string {
  return typeof zone === 'string' ? zone : JSON.stringify(zone ?? {});
}

/** By the tag of the CDK, else by its routes: to the internet, to a NAT gateway, or to nowhere. */
function kindOf(deployment: Deployment, subnet: Entry): Row['kind'] {
  const tagged = tag(subnet, 'aws-cdk:subnet-type');
  if (tagged !== undefined) return tagged === 'Public' ? 'public' : tagged === 'Isolated' ? 'isolated' : 'private';
  const tables = deployment
    .ofType('AWS::EC2::SubnetRouteTableAssociation')
    .filter((one) => deployment.of(one, 'SubnetId').includes(subnet))
    .flatMap((one) => deployment.of(one, 'RouteTableId'));
  const routes = deployment
    .ofType('AWS::EC2::Route')
    .filter((route) => deployment.of(route, 'RouteTableId').some((table) => tables.includes(table)));
  if (routes.some((route) => deployment.of(route, 'GatewayId').some(({ type }) => type === 'AWS::EC2::InternetGateway'))) return 'public';
  if (
    routes.some(
      (route) =>
        route.get('NatGatewayId') !== undefined || route.get('InstanceId') !== undefined || route.get('TransitGatewayId') !== undefined,
    )
  )
    return 'private';
  return tables.length === 0 && subnet.get('MapPublicIpOnLaunch') === true ? 'public' : 'isolated';
}

/** The value of a tag. */
export function tag(entry: Entry, name: string): string | undefined {
  const found = list(entry.get('Tags')).find((one) => isRecord(one) && one.Key === name);
  return isRecord(found) && typeof found.Value === 'string' ? found.Value : undefined;
}
