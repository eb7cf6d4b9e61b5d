import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** Props of {@link EncryptionKey}. */
export interface EncryptionKeyProps {
  /** Name of the deployment; the key's alias is `alias/<name>`. */
  readonly name: string;
  /**
   * What happens to the key when it leaves the template.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The one customer-managed key of a region, born with its first resource: nothing has to be encrypted anew later.
 *
 * **Stateful**: without the key all that it encrypts is lost. Rotated yearly by KMS. Its policy already admits every service
 * that ever uses it through a tier, each bound to this account.
 */
export class EncryptionKey extends kms.Key {
  public constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id, {
      alias: `alias/${props.name}`,
      description: `Encrypts the data of ${props.name}`,
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const { region, partition } = Stack.of(this);
    const use = ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];
    this.admit(`logs.${region}.amazonaws.com`, use, {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${Aws.ACCOUNT_ID}:*` },
    });
    this.admit('cloudwatch.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey*'], {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    });
    // Without a condition: EventBridge gives none to a topic or its key ("You can't use Condition blocks", EventBridge guide).
    this.admit('events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey*']);
  }

  private admit(service: string, actions: string[], conditions?: { [operator: string]: unknown }): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({ principals: [new iam.ServicePrincipal(service)], actions, resources: ['*'], conditions }),
    );
  }
}
