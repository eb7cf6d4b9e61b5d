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
    EncryptionKey.admitServices(this);
  }

  /**
   * Lets the services use a key that use it by themselves: CloudWatch Logs, CloudWatch and EventBridge. A second call changes nothing.
   * @param key a key; the policy of one that was imported is not ours, so nothing is written there.
   * @returns what such a key's own policy must say in words, or nothing where it was written.
   */
  public static admitServices(key: kms.IKey): string | undefined {
    const { region, partition } = Stack.of(key);
    const use = ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];
    const message = ['kms:Decrypt', 'kms:GenerateDataKey*'];
    const groups = { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${Aws.ACCOUNT_ID}:*` } };
    const uses = [
      { service: `logs.${region}.amazonaws.com`, actions: use, conditions: groups },
      { service: 'cloudwatch.amazonaws.com', actions: message, conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } },
      // Without a condition: EventBridge gives none to a topic or its key ("You can't use Condition blocks", EventBridge guide).
      { service: 'events.amazonaws.com', actions: message },
    ];
    const written = uses.map(
      ({ service, actions, conditions }) =>
        key.addToResourcePolicy(
          new iam.PolicyStatement({ principals: [new iam.ServicePrincipal(service)], actions, resources: ['*'], conditions }),
        ).statementAdded,
    );
    return written.every(Boolean) ? undefined : uses.map(({ service, actions }) => `${service} (${actions.join(', ')})`).join('; ');
  }
}
