import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Ends } from '../architecture/move';
import type { Foundation } from '../foundation/foundation';
import type { Setting } from '../foundation/settings/settings';
import type { AuroraDatabases } from '../tiers/data/aurora-databases';
import { allowMaster } from './as-master';
import { ServerRunbook } from './server-runbook';

const SHARED = ['hand.sh', ...['nodes', 'marks', 'check', 'flow', 'steps', 'abort'].map((part) => `replicate-${part}.sh`)];

/** Shell files of the runbook that places tables by function and users over shards. */
export const PLACE_SCRIPTS = [...SHARED, ...['plan', 'check', 'schema', 'grow', 'verify'].map((part) => `place-${part}.sh`)];

/** Shell files of the runbook that moves a database as it is. */
export const WHOLE_SCRIPTS = [
  ...SHARED,
  ...['restore.sh', 'compare-databases.sh', 'replicate-whole.sh'],
  ...['plan', 'check', 'copy'].map((part) => `whole-${part}.sh`),
];

const STEPS = ['check', 'prepare', 'catch-up', 'freeze', 'drain', 'verify', 'switch', 'finish'];

/** What differs between runbooks that follow a database by its log. */
export interface Replicating {
  /** Construct id. */
  readonly id: string;
  /** Name of its document behind the deployment's. */
  readonly title: string;
  /** What it does, in a sentence or two. */
  readonly description: string;
  /** Its shell files. */
  readonly scripts: string[];
  /** What the shell is told. */
  readonly environment: { [variable: string]: string };
  /** Settings that it switches. */
  readonly switches: Setting[];
}

/** A runbook that copies from databases that serve, by logical replication. */
export function replicating(scope: Construct, foundation: Foundation, { web }: Ends, what: Replicating): ServerRunbook {
  const { name, settings, servers } = foundation;
  const { id, ...rest } = what;
  allowMaster(foundation);
  return new ServerRunbook(scope, id, { ...{ name, settings, servers }, ...rest, steps: STEPS, fleet: web.fleet?.autoScalingGroup });
}

/** Lets the clusters that are filled read the log of the one database. */
export function allowToFollow(to: AuroraDatabases, { core, cluster }: Ends['databases']): void {
  const why = 'Logical replication out of the one database';
  const { connections } = to.ground.securityGroup;
  if (core) connections.allowTo(core.securityGroup, ec2.Port.tcp(core.port), why);
  else if (cluster) connections.allowTo(cluster.ground.securityGroup, ec2.Port.tcp(cluster.ground.port), why);
  else throw new Error('there is no one database to follow');
}
