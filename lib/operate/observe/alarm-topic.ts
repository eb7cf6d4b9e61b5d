import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** Props of {@link AlarmTopic}. */
export interface AlarmTopicProps {
  /** Name of the deployment, for the subject of a message. */
  readonly name: string;
  /** Encrypts messages. Its policy must let CloudWatch and EventBridge use it, as `EncryptionKey` does. */
  readonly key: kms.IKey;
}

/**
 * The topic for alarms. A policy of its own takes the place of the one SNS gives a topic, so it has to admit every service that publishes:
 * CloudWatch here; a rule of EventBridge and a budget admit themselves.
 */
export class AlarmTopic extends sns.Topic {
  public constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    const { region, partition } = Stack.of(scope);
    super(scope, id, {
      displayName: `Alarms of ${props.name} in ${region}`,
      masterKey: props.key,
      enforceSSL: true,
    });
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Alarms',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${Aws.ACCOUNT_ID}:alarm:*` },
        },
      }),
    );
  }
}
