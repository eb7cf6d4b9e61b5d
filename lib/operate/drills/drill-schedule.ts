import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, OWN_POLICY } from '../../foundation/acknowledge';
import type { Drill } from './drill';

/** A drill that starts by itself. */
export interface ScheduledDrill {
  /** Name of the drill, such as `kill-server`. */
  readonly drill: string;
  /** When, with the time zone. Leave an hour or more between two drills. */
  readonly when: scheduler.ScheduleExpression;
}

/** Props of {@link DrillSchedule}. */
export interface DrillScheduleProps {
  /** The drill. */
  readonly drill: Drill;
  /** When, with the time zone. */
  readonly when: scheduler.ScheduleExpression;
}

/** Starts a drill again and again, with a role that may start this drill and nothing else. */
export class DrillSchedule extends Construct {
  /** The schedule. */
  public readonly schedule: scheduler.CfnSchedule;
  /** What it may do. */
  public readonly role: iam.Role;

  public constructor(scope: Construct, id: string, props: DrillScheduleProps) {
    super(scope, id);
    const { drill, when } = props;
    const { region } = Stack.of(this);
    this.role = new iam.Role(this, 'Role', {
      description: `Starts drill ${drill.title}`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const arn = (resource: string): string => `arn:${Aws.PARTITION}:fis:${region}:${Aws.ACCOUNT_ID}:${resource}`;
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['fis:StartExperiment'],
        resources: [arn(`experiment-template/${drill.template.attrId}`), arn('experiment/*')],
      }),
    );
    acknowledgeRules(this.role, OWN_POLICY);
    acknowledge(this.role, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:fis:${region}:<AWS::AccountId>:experiment/*]`]:
        'an experiment gets its name when it is started; the template that it may be started from is one',
    });
    this.schedule = new scheduler.CfnSchedule(this, 'Schedule', {
      description: `Starts drill ${drill.title}`,
      scheduleExpression: when.expressionString,
      scheduleExpressionTimezone: when.timeZone?.timezoneName,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: `arn:${Aws.PARTITION}:scheduler:::aws-sdk:fis:startExperiment`,
        roleArn: this.role.roleArn,
        input: Stack.of(this).toJsonString({ ClientToken: '<aws.scheduler.execution-id>', ExperimentTemplateId: drill.template.attrId }),
        // A drill that could not start today is not made up for at another hour.
        retryPolicy: { maximumRetryAttempts: 0 },
      },
    });
    this.schedule.node.addDependency(this.role);
  }
}
