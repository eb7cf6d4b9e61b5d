import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Domain } from '../foundation/foundation';
import type { Application } from '../foundation/servers/application';
import type { ScheduledDrill } from '../operate/drills/drill-schedule';
import type { Objectives } from '../operate/observe/objectives';
import type { Blueprint } from './blueprint';

/** Props of WebArchitecture. */
export interface WebArchitectureProps {
  /** Name of the deployment: 2 to 20 lower-case letters, digits and hyphens. Parameters, secrets and buckets are named after it. Final. */
  readonly name: string;
  /** The choice made in every tier. */
  readonly blueprint: Blueprint;
  /** What the servers run. */
  readonly app: Application;
  /**
   * The website's own name.
   * @default - users see the name of the server or of the CDN
   */
  readonly domain?: Domain;
  /**
   * Two to five regions, the founding one first, for a blueprint that reaches several. Each has an architecture of its own in a stack of its
   * own; the further ones need `RegionStorage` before, and are deployed last.
   * @default - the region of the stack
   */
  readonly regions?: string[];
  /**
   * A key of your own. A `kms.Key` of the same stack gets what it needs; the policy of an imported one must let CloudWatch, CloudWatch Logs,
   * EventBridge and, for a budget, AWS Budgets use it, as `EncryptionKey` does, and CloudFront decrypt with it: an info line says so.
   * @default - a new customer-managed key
   */
  readonly key?: kms.IKey;
  /**
   * Bucket for the access logs of a CDN, with ACLs on, in a region that is no opt-in region: CloudFront delivers to no other one (CloudFront
   * guide, "Configure standard logging (legacy)"). A `LogBucket` in us-east-1 is one.
   * @default - the architecture's own log bucket; in an opt-in region no access logs, and an info line
   */
  readonly cdnLogBucket?: s3.IBucket;
  /**
   * Keeps a second copy of all access logs and flow logs that nobody can delete or change for so long; {@link LogBucket} says how. Not together
   * with DESTROY.
   * @default - whoever IAM lets may delete logs
   */
  readonly logLock?: s3.ObjectLockRetention;
  /**
   * Address that gets the alarms, once it confirmed the message that AWS sends to it.
   * @default - nobody: subscribe to `observation.alarmTopic`
   */
  readonly alarmEmail?: string;
  /**
   * What a month may cost, in USD: a message when the account's bill is expected to be more, and another when it is. In several regions the
   * founding one watches it. A key of your own must let AWS Budgets use it.
   * @default - no budget
   */
  readonly budget?: number;
  /**
   * Drills that start by themselves.
   * @default - none: a person starts each of them
   */
  readonly drills?: ScheduledDrill[];
  /**
   * What users are promised. Alarms watch it.
   * @default - 99.9 % without error (99.5 % for a single server), 99 % within a second
   */
  readonly objectives?: Objectives;
  /**
   * What happens to what holds data when it leaves the template. DESTROY is for stacks that are thrown away: it also turns deletion protection off.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}
