import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

/** Props of {@link SiteBuckets}. */
export interface SiteBucketsProps {
  /** Name of the deployment. The buckets are `<name>-static-…` and `<name>-uploads-…` with account and region: another region knows them by name. */
  readonly name: string;
  /** Encrypts the uploads. */
  readonly key: kms.IKey;
  /** Receives the access logs, below `s3/`. */
  readonly logBucket: s3.IBucket;
  /**
   * What happens to the uploads when their bucket leaves the template.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What a website keeps in S3: hashed static files, which every release brings anew, and uploads, which nobody could.
 *
 * **Stateful**: uploads are versioned and retained; a deleted one can be had back for 90 days.
 */
export class SiteBuckets extends Construct {
  /** Hashed files below `static/`. */
  public readonly staticFiles: s3.Bucket;
  /** Files of users below `uploads/`. */
  public readonly uploads: s3.Bucket;

  public constructor(scope: Construct, id: string, props: SiteBucketsProps) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const shared = {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: props.logBucket,
      removalPolicy,
    };
    const physicalName = (role: string): string => `${props.name}-${role}-${Aws.ACCOUNT_ID}-${Stack.of(this).region}`;
    const abandoned = { abortIncompleteMultipartUploadAfter: Duration.days(7) };
    this.staticFiles = new s3.Bucket(this, 'StaticFiles', {
      ...shared,
      bucketName: physicalName('static'),
      encryption: s3.BucketEncryption.S3_MANAGED,
      serverAccessLogsPrefix: 's3/static/',
      lifecycleRules: [{ id: 'Expire', noncurrentVersionExpiration: Duration.days(30), ...abandoned }],
    });
    this.uploads = new s3.Bucket(this, 'Uploads', {
      ...shared,
      bucketName: physicalName('uploads'),
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      serverAccessLogsPrefix: 's3/uploads/',
      lifecycleRules: [{ id: 'Expire', noncurrentVersionExpiration: Duration.days(90), ...abandoned }],
    });
  }

  /** Lets servers publish static files and handle uploads. They can't delete a version. */
  public admit(role: iam.Role): void {
    const allow = (actions: string[], resource: string): void => {
      role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
    };
    allow(['s3:ListBucket'], this.staticFiles.bucketArn);
    allow(['s3:GetObject', 's3:PutObject'], this.staticFiles.arnForObjects('static/*'));
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], this.uploads.arnForObjects('uploads/*'));
    this.uploads.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
    const finding = (bucket: s3.Bucket, prefix: string): string => {
      const logicalId = Stack.of(this).getLogicalId(bucket.node.defaultChild as s3.CfnBucket);
      return `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}/*]`;
    };
    const reason = "one kind of object in one bucket; servers can't know the names beforehand";
    acknowledge(role, { [finding(this.staticFiles, 'static')]: reason, [finding(this.uploads, 'uploads')]: reason });
  }
}
