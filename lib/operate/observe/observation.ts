import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidInput } from '../../foundation/invalid-input';
import type { Settings } from '../../foundation/settings/settings';
import { agentConfiguration } from './agent-configuration';
import { AlarmTopic } from './alarm-topic';
import { SavedQueries } from './saved-queries';

/** Props of {@link Observation}. */
export interface ObservationProps {
  /** Name of the deployment: log groups stand below `/<name>/`. */
  readonly name: string;
  /** Encrypts logs and alarms. */
  readonly key: kms.IKey;
  /** Tells the servers' CloudWatch agent what to collect. */
  readonly settings: Settings;
  /**
   * Address that gets the alarms, once it confirmed the message that AWS sends to it.
   * @default - nobody: subscribe to the topic
   */
  readonly alarmEmail?: string;
  /**
   * Whether the servers' agent measures memory and disks, which is paid by the metric.
   * @default true
   */
  readonly agentMetrics?: boolean;
}

/** Where the servers' logs go, what their agent measures, and who hears of alarms. */
export class Observation extends Construct {
  /** Log lines of the application, JSON, kept for a month. */
  public readonly logGroup: logs.LogGroup;
  /** Questions to the log. */
  public readonly queries: SavedQueries;
  /** The one topic for alarms; subscribe to it. */
  public readonly alarmTopic: sns.Topic;

  public constructor(scope: Construct, id: string, props: ObservationProps) {
    super(scope, id);
    const { name, alarmEmail } = props;
    const logGroupName = `/${name}/application`;
    this.logGroup = new logs.LogGroup(this, 'Application', {
      logGroupName,
      encryptionKey: props.key,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.queries = new SavedQueries(this, 'Queries', { name, logGroup: this.logGroup });
    this.alarmTopic = new AlarmTopic(this, 'Alarms', { name, key: props.key });
    if (alarmEmail !== undefined) {
      if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(alarmEmail)) {
        throw new InvalidInput(`alarmEmail ${alarmEmail} is not an address: type one such as ops@example.com`);
      }
      new sns.Subscription(this, 'Email', { topic: this.alarmTopic, protocol: sns.SubscriptionProtocol.EMAIL, endpoint: alarmEmail });
    }
    props.settings.write('Agent', 'agent', JSON.stringify(agentConfiguration(logGroupName, props.agentMetrics)));
  }

  /** Lets servers hand traces to X-Ray, which knows no resources. */
  public grantTrace(role: iam.Role): void {
    role.addToPolicy(new iam.PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }));
  }
}
