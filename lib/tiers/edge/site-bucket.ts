import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';

/** Props of {@link SiteBucket}. */
export interface SiteBucketProps {
  /** Name of the bucket: other regions and the servers know it by name. Final. */
  readonly bucketName: string;
  /** The only part of the bucket that is used, such as `uploads`. */
  readonly prefix: string;
  /** What servers may do with objects there, such as `s3:PutObject`. */
  readonly actions: string[];
  /** How long a deleted or replaced object can be had back. */
  readonly recoverable: Duration;
  /**
   * Encrypts the objects.
   * @default - S3's own key
   */
  readonly key?: kms.IKey;
  /**
   * Receives the access logs, below `s3/<prefix>/`.
   * @default - no access logs
   */
  readonly logBucket?: s3.IBucket;
  /**
   * What happens to the objects when the bucket leaves the template.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A private bucket of a website: versioned, TLS only, read by users through a CDN alone.
 *
 * **Stateful**: retained, and what is deleted can be had back for a while.
 */
export class SiteBucket extends s3.Bucket {
  private readonly prefix: string;
  private readonly actions: string[];

  public constructor(scope: Construct, id: string, props: SiteBucketProps) {
    const { bucketName, prefix, actions, key, logBucket, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    super(scope, id, {
      bucketName,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      ...(key
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      ...(logBucket && { serverAccessLogsBucket: logBucket, serverAccessLogsPrefix: `s3/${prefix}/` }),
      lifecycleRules: [
        { id: 'Expire', noncurrentVersionExpiration: props.recoverable, abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
      removalPolicy,
    });
    this.prefix = prefix;
    this.actions = actions;
  }

  /** Lets servers do what the bucket is for. They can't delete a version. */
  public admit(role: iam.Role): void {
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: this.actions, resources: [this.arnForObjects(`${this.prefix}/*`)] }));
    this.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
    const logicalId = Stack.of(this).getLogicalId(this.node.defaultChild as s3.CfnBucket);
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${this.prefix}/*]`]:
        "one kind of object in one bucket; servers can't know the names beforehand",
    });
  }
}
