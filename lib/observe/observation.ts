import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../settings/settings';
import { agentConfiguration } from './agent-configuration';

/** Props of {@link Observation}. */
export interface ObservationProps {
  /** Name of the deployment: log groups stand below `/<name>/`. */
  readonly name: string;
  /** Encrypts logs and alarms. */
  readonly key: kms.IKey;
  /** Tells the servers' CloudWatch agent what to collect. */
  readonly settings: Settings;
}

/** Where the servers' logs go, what their agent measures, and who hears of alarms. */
export class Observation extends Construct {
  /** Log lines of the application, JSON, kept for a month. */
  public readonly logGroup: logs.LogGroup;
  /** Topic for alarms; subscribe to it. */
  public readonly alarmTopic: sns.Topic;

  public constructor(scope: Construct, id: string, props: ObservationProps) {
    super(scope, id);
    const logGroupName = `/${props.name}/application`;
    this.logGroup = new logs.LogGroup(this, 'Application', {
      logGroupName,
      encryptionKey: props.key,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.alarmTopic = new sns.Topic(this, 'Alarms', {
      displayName: `Alarms of ${props.name} in ${Stack.of(this).region}`,
      masterKey: props.key,
      enforceSSL: true,
    });
    props.settings.write('Agent', 'agent', JSON.stringify(agentConfiguration(logGroupName)));
  }
}
