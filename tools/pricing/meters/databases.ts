import { type Charge, HOURS, type Item, type Meter, type Month, at, listAt, numberAt, textAt } from '../plan';
import { awakeShare } from '../sleep';
import { DAILY_CHANGE } from './servers';

/** Requests to storage for a row written and for a query: most reads are answered from memory. */
const IO = { write: 4, read: 0.2 };
/** Gigabytes of log that a written row sends to another region. */
const LOG_GB_PER_WRITE = 2e-6;
const MILLION = 1e6;
/** A session lives a week; less than a kilobyte. */
const [SIGN_INS, SESSION_GB] = [4, 1e-6];

/** A database instance: an RDS one, its read replica, or a member of an Aurora cluster. */
export const instance: Meter = (item, month) => {
  const cluster = month.plan.target(at(item, 'DBClusterIdentifier'), item);
  return cluster ? member(item, cluster, month) : standalone(item, month);
};

/** What the instances of an Aurora cluster share: storage, its requests, backups, and for a copy in another region what is replicated to it. */
export const cluster: Meter = (item, { plan, usage }) => {
  const clusters = plan.of('AWS::RDS::DBCluster');
  const homes = clusters.filter((one) => !isCopy(one)).length;
  const size = usage.databaseGb / Math.max(1, homes);
  const written = (usage.writes / Math.max(1, homes)) * IO.write;
  const read = (usage.reads / clusters.length) * IO.read;
  const storage: Charge = { what: 'storage', part: 'usage', price: 'aurora:storage', quantity: size };
  if (isCopy(item)) {
    return [
      storage,
      { what: 'requests to storage', part: 'usage', price: 'aurora:io', quantity: read / MILLION },
      { what: 'replicated writes', part: 'usage', price: 'aurora:replicated-write', quantity: written / MILLION },
      {
        what: 'data between regions',
        part: 'usage',
        price: 'transfer:region',
        quantity: (usage.writes / Math.max(1, homes)) * LOG_GB_PER_WRITE,
      },
    ];
  }
  const days = numberAt(item, 1, 'BackupRetentionPeriod');
  return [
    storage,
    { what: 'requests to storage', part: 'usage', price: 'aurora:io', quantity: (read + written) / MILLION },
    { what: 'backups', part: 'usage', price: 'aurora:backup', quantity: size * DAILY_CHANGE * days },
  ];
};

/** A Valkey group: its nodes, and the snapshots after the first. */
export const valkey: Meter = (item, { usage }) => {
  const nodes = numberAt(item, 1, 'NumNodeGroups') * (1 + numberAt(item, 0, 'ReplicasPerNodeGroup'));
  const kept = Math.max(0, numberAt(item, 0, 'SnapshotRetentionLimit') - 1);
  return [
    { what: 'nodes', part: 'fixed', price: `${textAt(item, 'Engine')}:${textAt(item, 'CacheNodeType')}`, quantity: nodes * HOURS },
    { what: 'snapshots', part: 'usage', price: 'valkey:backup', quantity: kept * usage.cacheGb },
  ];
};

/** A table of sessions: a sign-in a week for everybody, in every region, and a read for each request that reaches a server. */
export const sessionTable: Meter = (item, { usage }) => {
  const replicas = listAt(item, 'Replicas').length;
  const stored = usage.users * SESSION_GB * replicas;
  return [
    { what: 'reads', part: 'usage', price: 'dynamodb:read', quantity: (usage.requests * (1 - usage.cacheHitShare)) / MILLION },
    { what: 'writes', part: 'usage', price: 'dynamodb:write', quantity: (usage.users * SIGN_INS * replicas) / MILLION },
    { what: 'storage', part: 'usage', price: 'dynamodb:storage', quantity: stored },
    { what: 'point-in-time recovery', part: 'usage', price: 'dynamodb:recovery', quantity: stored },
  ];
};

function isCopy(item: Item): boolean {
  return at(item, 'GlobalClusterIdentifier') !== undefined;
}

function member(item: Item, home: Item, { plan, usage, atLimit }: Month): Charge[] {
  const size = textAt(item, 'DBInstanceClass');
  const hours = HOURS * awakeShare(home, plan);
  if (size !== 'db.serverless') return [{ what: 'hours', part: 'fixed', price: `aurora:${size}`, quantity: hours }];
  const least = numberAt(home, 0.5, 'ServerlessV2ScalingConfiguration', 'MinCapacity');
  const most = numberAt(home, least, 'ServerlessV2ScalingConfiguration', 'MaxCapacity');
  const members = plan.of('AWS::RDS::DBInstance').filter((one) => textAt(one, 'DBInstanceClass') === size).length;
  const above = atLimit ? most - least : Math.min(most - least, usage.databaseUnits / members);
  return [
    { what: 'least capacity', part: 'fixed', price: 'aurora:acu', quantity: least * hours },
    {
      what: 'capacity above it',
      part: 'usage',
      price: 'aurora:acu',
      quantity: above * hours,
    },
  ];
}

/** A read replica says nothing of its engine and storage: they are those of its source. */
function standalone(item: Item, { plan, usage }: Month): Charge[] {
  const source = plan.target(at(item, 'SourceDBInstanceIdentifier'), item);
  const engine = textAt(source ?? item, 'Engine');
  const kind = at(item, 'MultiAZ') === true ? 'multi' : 'single';
  const allocated = numberAt(source ?? item, 0, 'AllocatedStorage');
  const family = engine === 'postgres' ? 'rds' : `rds-${engine}`;
  const charges: Charge[] = [
    {
      what: kind === 'multi' ? 'hours, with a standby' : 'hours',
      part: 'fixed',
      price: `${family}:${textAt(item, 'DBInstanceClass')}:${kind}`,
      quantity: HOURS * awakeShare(item, plan),
    },
    { what: 'storage', part: 'fixed', price: `rds:${textAt(item, 'StorageType')}:${kind}`, quantity: allocated },
  ];
  const grown = Math.min(usage.databaseGb, numberAt(source ?? item, allocated, 'MaxAllocatedStorage')) - allocated;
  charges.push({
    what: 'storage that grew',
    part: 'usage',
    price: `rds:${textAt(item, 'StorageType')}:${kind}`,
    quantity: Math.max(0, grown),
  });
  if (source) return charges;
  // As much as is allocated is free.
  const kept = usage.databaseGb * (1 + DAILY_CHANGE * numberAt(item, 1, 'BackupRetentionPeriod'));
  return [...charges, { what: 'backups', part: 'usage', price: 'rds:backup', quantity: Math.max(0, kept - allocated) }];
}
