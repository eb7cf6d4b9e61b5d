import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { InvalidInput } from '../../foundation/invalid-input';

/** Props of {@link DrillGround}. */
export interface DrillGroundProps {
  /** Name of the deployment. */
  readonly name: string;
  /** Encrypts the log; its policy must let CloudWatch Logs use it. */
  readonly key: kms.IKey;
  /** A drill stops as soon as one of these goes off: alarms on what users feel, at most five. With none, who starts a drill watches it. */
  readonly stopOn: cloudwatch.IAlarm[];
}

/** FIS takes no more stop conditions in a template. */
const MOST_STOPS = 5;

/** What all drills of a region share: the log of what was done to what, and the alarms that stop them. */
export class DrillGround extends Construct {
  /** Name of the deployment. */
  public readonly name: string;
  /** Encrypts the log. */
  public readonly key: kms.IKey;
  /** The alarms that stop a drill. */
  public readonly stopOn: cloudwatch.IAlarm[];
  /** Every step of every drill and the resources it chose, kept for a year. */
  public readonly logGroup: logs.LogGroup;

  public constructor(scope: Construct, id: string, props: DrillGroundProps) {
    super(scope, id);
    const { name, key, stopOn } = props;
    if (stopOn.length > MOST_STOPS) {
      throw new InvalidInput(
        `stopOn of ${stopOn.length} alarms is not possible: a drill stops on ${MOST_STOPS} at the most; combine more in a composite alarm`,
      );
    }
    this.name = name;
    this.key = key;
    this.stopOn = stopOn;
    this.logGroup = new logs.LogGroup(this, 'Log', {
      logGroupName: `/${name}/drills`,
      encryptionKey: key,
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Given here, so that no drill needs the right to change policies of logs.
    const { region } = Stack.of(this);
    new logs.CfnResourcePolicy(this, 'Delivery', {
      policyName: `${name}-drills`,
      policyDocument: Stack.of(this).toJsonString({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'delivery.logs.amazonaws.com' },
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: this.logStreams,
            Condition: {
              StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
              ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:logs:${region}:${Aws.ACCOUNT_ID}:*` },
            },
          },
        ],
      }),
    });
  }

  /** ARN of the log's streams, as FIS wants it. */
  public get logStreams(): string {
    return this.logGroup.logGroupArn;
  }
}
