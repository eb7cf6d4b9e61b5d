import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules } from '../../foundation/acknowledge';
import { EncryptionKey } from '../../foundation/security/encryption-key';
import { siteBucketName } from '../../foundation/storage/bucket-names';
import { SiteBucket } from './site-bucket';

/** Props of {@link RegionStorage}. */
export interface RegionStorageProps {
  /** Name of the deployment. */
  readonly name: string;
  /**
   * What happens to key and bucket when they leave the template.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What a further region must have before the founding region can replicate to it: the key, and the bucket for the full copy of all uploads.
 * Deployed first, in a stack of its own.
 *
 * **Stateful**: both are retained.
 */
export class RegionStorage extends Construct {
  /** The key of the region. */
  public readonly key: EncryptionKey;
  /** Every upload of every region. */
  public readonly copy: SiteBucket;

  public constructor(scope: Construct, id: string, props: RegionStorageProps) {
    super(scope, id);
    const { name, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    const { region, partition } = Stack.of(this);
    this.key = new EncryptionKey(this, 'Key', { name, removalPolicy });
    this.copy = new SiteBucket(this, 'Copy', {
      bucketName: siteBucketName(name, 'copy', region),
      prefix: 'uploads',
      actions: ['s3:GetObject'],
      recoverable: Duration.days(90),
      key: this.key,
      removalPolicy,
    });
    // The founding region's distribution reads here when its own bucket can't answer; its id is not known before it exists.
    const conditions = { ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudfront::${Aws.ACCOUNT_ID}:distribution/*` } };
    const principals = [new iam.ServicePrincipal('cloudfront.amazonaws.com')];
    this.copy.addToResourcePolicy(
      new iam.PolicyStatement({ principals, actions: ['s3:GetObject'], resources: [this.copy.arnForObjects('uploads/*')], conditions }),
    );
    this.key.addToResourcePolicy(new iam.PolicyStatement({ principals, actions: ['kms:Decrypt'], resources: ['*'], conditions }));
    acknowledgeRules(this.copy, {
      S3BucketLoggingEnabled: 'a copy that only S3 writes and only CloudFront reads; both log at their own end',
      S3BucketReplicationEnabled: 'this is the copy, of the buckets of all regions',
    });
    acknowledge(this.copy, { 'AwsSolutions-S1': 'a copy that only S3 writes and only CloudFront reads; both log at their own end' });
  }
}
