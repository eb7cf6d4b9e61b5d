import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../foundation/acknowledge';
import type { Foundation } from '../foundation/foundation';
import { masterSecretName } from '../tiers/data/database-users';

/** Lets servers log in as the master of each database, while a bridge stands: its runbook does what the application may not. */
export function allowMaster({ name, servers: { role } }: Foundation): void {
  const { region } = Stack.of(role);
  const arn = (partition: string, account: string): string =>
    `arn:${partition}:secretsmanager:${region}:${account}:secret:${masterSecretName(name, '*')}`;
  role.addToPolicy(
    new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arn(Aws.PARTITION, Aws.ACCOUNT_ID)] }),
  );
  acknowledge(role, {
    [`AwsSolutions-IAM5[Resource::${arn('<AWS::Partition>', '<AWS::AccountId>')}]`]:
      'the masters of the databases of this deployment, for the runbook, while the bridge stands',
  });
}
