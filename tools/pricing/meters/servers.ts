import type { Json } from '../../shared/template';
import { type Charge, HOURS, type Item, type Meter, type Month, type Plan, at, listAt, numberAt, textAt } from '../plan';
import { awakeShare } from '../sleep';
import { toInternet } from './network';

/** Metrics of a server that EC2 publishes every minute. */
const DETAILED_METRICS = 7;
/** What a day changes on a disk or in a database: a share of what is on it. */
export const DAILY_CHANGE = 0.03;
/** Workers also boot and wait for work. */
const WORKER_OVERHEAD = 1.2;

/** One server, its root disk and what is measured on it. */
export const server: Meter = (item, month) => {
  const { plan } = month;
  const share = awakeShare(item, plan);
  const hours: Charge = { what: 'on demand', part: 'fixed', price: `ec2:${typeOf(item, plan)}`, quantity: HOURS * share };
  const own = [hours, ...besides(item, plan, 'fixed', { disks: 1, running: share }), ...ownAddress(item)];
  return at(item, 'SourceDestCheck') === false ? own : [...own, ...toInternet(month)];
};

/** An address that a server has from its subnet, and not as a resource of its own. */
function ownAddress(item: Item): Charge[] {
  const interfaces = listAt(item, 'NetworkInterfaces') as readonly { AssociatePublicIpAddress?: boolean }[];
  const open = interfaces.filter(({ AssociatePublicIpAddress }) => AssociatePublicIpAddress === true).length;
  return open > 0 ? [{ what: 'public address', part: 'fixed', price: 'ipv4', quantity: open * HOURS }] : [];
}

/** Servers that come and go: the least number is fixed, the rest is usage. A group that sleeps has none of them meanwhile. */
export const group: Meter = (item, month) => {
  const { plan } = month;
  const mix = ['MixedInstancesPolicy', 'InstancesDistribution'];
  const price = `ec2:${typeOf(item, plan)}`;
  const least = numberAt(item, 1, 'MinSize');
  const count = average(item, month);
  const share = numberAt(item, 100, ...mix, 'OnDemandPercentageAboveBaseCapacity') / 100;
  const base = at(item, 'MixedInstancesPolicy') === undefined ? Infinity : numberAt(item, 0, ...mix, 'OnDemandBaseCapacity');
  const onDemand = (servers: number): number => Math.min(servers, base) + Math.max(0, servers - base) * share;
  const awake = awakeShare(item, plan);
  const running = HOURS * awake;
  const servers = (part: 'fixed' | 'usage', all: number, demanded: number): Charge[] => [
    { what: 'on demand', part, price, quantity: demanded * running },
    { what: 'Spot', part, price, quantity: (all - demanded) * running, times: 'ec2-spot:share' },
    ...besides(item, plan, part, { disks: all * awake, running: all * awake }),
  ];
  return [...servers('fixed', least, onDemand(least)), ...servers('usage', count - least, onDemand(count) - onDemand(least))].filter(
    ({ part, quantity }) => part === 'usage' || quantity > 0,
  );
};

/** Hours that all servers of a group run above none, when it works off a queue; undefined when it does not. */
export function workerHours(stackItem: Item, month: Month): number {
  const workers = month.plan.of('AWS::AutoScaling::AutoScalingGroup', stackItem.stack).filter((item) => isWorkerGroup(item, month.plan));
  return workers.reduce((hours, item) => hours + average(item, month) * awakeShare(item, month.plan) * HOURS, 0);
}

/** A disk. */
export const volume: Meter = (item) => [
  { what: 'storage', part: 'fixed', price: `ebs:${textAt(item, 'VolumeType')}`, quantity: numberAt(item, 0, 'Size') },
];

/** Snapshots of the disks with the policy's tag: one of all that is on them, then what changes from day to day. */
export const snapshots: Meter = (item, month) => {
  const tags = listAt(item, 'PolicyDetails', 'TargetTags').map((tag) => JSON.stringify(tag));
  const disks = month.plan
    .of('AWS::EC2::Volume', item.stack)
    .filter((disk) => listAt(disk, 'Tags').some((tag) => tags.includes(JSON.stringify(tag))));
  const [schedule] = listAt(item, 'PolicyDetails', 'Schedules') as readonly ({ RetainRule?: { Count?: number } } | null | undefined)[];
  const kept = schedule?.RetainRule?.Count ?? 1;
  const used = disks.reduce((sum, disk) => sum + Math.min(numberAt(disk, 0, 'Size'), onDisk(item, month)), 0);
  return [{ what: 'snapshots', part: 'usage', price: 'ebs:snapshot', quantity: used * (1 + DAILY_CHANGE * (kept - 1)) }];
};

/** Average number of servers in a group. */
function average(item: Item, { plan, usage, atLimit }: Month): number {
  const [least, most] = [numberAt(item, 1, 'MinSize'), numberAt(item, 1, 'MaxSize')];
  if (atLimit) return most;
  if (!isWorkerGroup(item, plan)) return least + usage.fleetLoad * (most - least);
  const busy = (usage.jobs / plan.regions) * (usage.jobSeconds / 3600) * WORKER_OVERHEAD;
  return Math.max(least, Math.min(most, busy / HOURS));
}

function templateOf(item: Item, plan: Plan): Item | undefined {
  return plan.target(at(item, 'MixedInstancesPolicy', 'LaunchTemplate') ?? at(item, 'LaunchTemplate'), item);
}

/** Type of a server, or of the first kind of servers in a group. */
export function typeOf(item: Item, plan: Plan): string {
  const template = templateOf(item, plan);
  return textAt(item, 'InstanceType') || (template ? textAt(template, 'LaunchTemplateData', 'InstanceType') : '');
}

/** Whether a group works off a queue. */
export function isWorkerGroup(item: Item, plan: Plan): boolean {
  return plan
    .of('AWS::AutoScaling::ScalingPolicy', item.stack)
    .some(
      (policy) =>
        plan.target(at(policy, 'AutoScalingGroupName'), policy)?.id === item.id && JSON.stringify(policy.resource).includes('AWS/SQS'),
    );
}

/** Servers on average: those that have a disk, and those that run. */
interface Servers {
  readonly disks: number;
  readonly running: number;
}

/** Root disks and metrics of a number of servers. */
function besides(item: Item, plan: Plan, part: 'fixed' | 'usage', servers: Servers): Charge[] {
  const template = templateOf(item, plan);
  const mappings = template ? listAt(template, 'LaunchTemplateData', 'BlockDeviceMappings') : [];
  const disks = mappings as readonly { Ebs?: { VolumeSize?: number; VolumeType?: string } }[];
  const watched = at(item, 'Monitoring') ?? (template ? at(template, 'LaunchTemplateData', 'Monitoring', 'Enabled') : undefined);
  const metrics = (watched === true ? DETAILED_METRICS : 0) + (at(item, 'SourceDestCheck') === false ? 0 : agentMetrics(item, plan));
  return [
    ...disks.map(({ Ebs }): Charge => ({
      what: 'root disk',
      part,
      price: `ebs:${Ebs?.VolumeType ?? 'gp2'}`,
      quantity: (Ebs?.VolumeSize ?? 0) * servers.disks,
    })),
    { what: 'metrics of the server', part, price: 'metric', quantity: metrics * servers.running },
  ];
}

/** Metrics that the CloudWatch agent sends from each server: its configuration is a parameter of the stack. One of several devices counts once. */
function agentMetrics({ stack }: Item, plan: Plan): number {
  const configuration = plan.of('AWS::SSM::Parameter', stack).find((item) => textAt(item, 'Value').includes('"metrics_collected"'));
  if (configuration === undefined) return 0;
  const { metrics } = JSON.parse(textAt(configuration, 'Value')) as { metrics?: { metrics_collected?: Readonly<Record<string, Json>> } };
  return Object.values(metrics?.metrics_collected ?? {}).reduce<number>((sum, plugin) => {
    const { measurement = [], resources = [] } = plugin as { measurement?: readonly Json[]; resources?: readonly string[] };
    const named = resources.filter((resource) => resource !== '*').length;
    return sum + measurement.length * Math.max(1, named);
  }, 0);
}

/** What is on the data disk of a server: what has no database and no bucket of its own yet. */
function onDisk({ stack }: Item, { plan, usage }: Month): number {
  const database = plan.of('AWS::RDS::DBInstance', stack).length === 0 ? usage.databaseGb : 0;
  return 1 + database + (plan.hasCdn ? 0 : usage.storageGb);
}
