import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { acknowledgeRules, OWN_POLICY } from '../../foundation/acknowledge';
import type { Awake } from '../../foundation/awake/awake';

/** Something that a service of AWS can stop and start. */
export interface Sleeper {
  /** Service, as the SDK names it: `rds`, `ec2`. */
  readonly service: string;
  /** What it can stop and start, as the API names it: `DBInstance`, `DBCluster`, `Instances`. */
  readonly kind: string;
  /** What the calls are told. */
  readonly input: { [key: string]: unknown };
  /** Its ARN without `arn:<partition>:`. */
  readonly arn: string;
}

/** Props of {@link SleepSchedules}. */
export interface SleepSchedulesProps {
  /** When it is awake. */
  readonly awake: Awake;
  /** Minutes before, in which it wakes. */
  readonly before: number;
  /** Minutes after, until it is stopped. */
  readonly after: number;
  /** What sleeps, by construct id. */
  readonly sleepers: { [id: string]: Sleeper };
}

/** A call that comes too early or too late is tried for a quarter of an hour: a database in its backup can't be stopped. */
const RETRIES = { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 15 };

/**
 * Starts and stops some resources by EventBridge Scheduler, which calls the API itself, with a role that may do this to them and nothing else.
 * What runs already, or is stopped already, is left as it is: the call fails and nobody is told.
 */
export class SleepSchedules extends Construct {
  /** What the schedules may do. */
  public readonly role: iam.Role;

  public constructor(scope: Construct, id: string, props: SleepSchedulesProps) {
    super(scope, id);
    const { awake, sleepers } = props;
    this.role = new iam.Role(this, 'Role', {
      description: 'Stops and starts what sleeps',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    acknowledgeRules(this.role, OWN_POLICY);
    const schedule = (parent: Construct, verb: 'start' | 'stop', { service, kind, input }: Sleeper): void => {
      const { cron } = verb === 'start' ? awake.before(props.before) : awake.after(props.after);
      new scheduler.CfnSchedule(parent, verb === 'start' ? 'Start' : 'Stop', {
        description: `Calls ${verb}${kind} for what sleeps`,
        scheduleExpression: cron,
        scheduleExpressionTimezone: awake.timeZone.timezoneName,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: `arn:${Aws.PARTITION}:scheduler:::aws-sdk:${service}:${verb}${kind}`,
          roleArn: this.role.roleArn,
          input: Stack.of(this).toJsonString(input),
          retryPolicy: RETRIES,
        },
      }).node.addDependency(this.role);
    };
    for (const [call, alike] of byCall(Object.values(sleepers))) {
      const [service, kind] = call.split(':');
      this.role.addToPolicy(
        new iam.PolicyStatement({
          actions: [`${service}:Start${kind}`, `${service}:Stop${kind}`],
          resources: alike.map(({ arn }) => `arn:${Aws.PARTITION}:${arn}`),
        }),
      );
    }
    for (const [sleeperId, sleeper] of Object.entries(sleepers)) {
      const parent = new Construct(this, sleeperId);
      schedule(parent, 'start', sleeper);
      schedule(parent, 'stop', sleeper);
    }
  }
}

/** One statement for all of a kind: forty would not fit into a policy. */
function byCall(sleepers: readonly Sleeper[]): Map<string, Sleeper[]> {
  const calls = new Map<string, Sleeper[]>();
  for (const sleeper of sleepers) {
    const call = `${sleeper.service}:${sleeper.kind}`;
    calls.set(call, [...(calls.get(call) ?? []), sleeper]);
  }
  return calls;
}
