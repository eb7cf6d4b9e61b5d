import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Props of {@link ServerRecovery}. */
export interface ServerRecoveryProps {
  /** The server. */
  readonly instance: ec2.CfnInstance;
  /**
   * Hears of each failure.
   * @default - nobody: what users feel of it is another alarm, and one outage is told once
   */
  readonly alarmTopic?: sns.ITopic;
}

/**
 * Brings a server back that failed a status check: moved to other hardware when AWS's side failed, restarted when its
 * own system did. It keeps its id, addresses and volumes (EC2 docs, "Automatic instance recovery").
 */
export class ServerRecovery extends Construct {
  /** The server's hardware or network failed. */
  public readonly systemAlarm: cloudwatch.Alarm;
  /** The server's own operating system failed. */
  public readonly instanceAlarm: cloudwatch.Alarm;

  public constructor(scope: Construct, id: string, props: ServerRecoveryProps) {
    super(scope, id);
    this.systemAlarm = this.alarm('System', 'StatusCheckFailed_System', 2, actions.Ec2InstanceAction.RECOVER, props);
    this.instanceAlarm = this.alarm('Instance', 'StatusCheckFailed_Instance', 3, actions.Ec2InstanceAction.REBOOT, props);
  }

  private alarm(
    id: string,
    metricName: string,
    minutes: number,
    action: actions.Ec2InstanceAction,
    { instance, alarmTopic }: ServerRecoveryProps,
  ): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmDescription: `${metricName} for ${minutes} minutes: EC2 will ${action} the server. Look first at: the EC2 console's status checks. Runbook: docs/observability.md#unreachable`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/EC2',
        metricName,
        dimensionsMap: { InstanceId: instance.ref },
        statistic: cloudwatch.Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: minutes,
      // A stopped server reports nothing: that is not a failure.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new actions.Ec2Action(action));
    if (alarmTopic) alarm.addAlarmAction(new actions.SnsAction(alarmTopic));
    return alarm;
  }
}
