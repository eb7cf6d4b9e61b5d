import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules } from '../acknowledge';
import { coldAfterDays } from './cold';
import { replicationRole } from './replication-role';

/** Props of {@link LockedLogs}. */
export interface LockedLogsProps {
  /** The bucket that logs are delivered to. It has versions. */
  readonly source: s3.Bucket;
  /** For how long nobody deletes or changes a copy: GOVERNANCE but for those with `s3:BypassGovernanceRetention`, COMPLIANCE for all, root included. */
  readonly lock: s3.ObjectLockRetention;
}

/** As the source keeps them, or as long as they are locked. */
const LEAST_DAYS = 730;

/**
 * A second copy of all logs, which nobody can delete or change for a time (S3 Object Lock). A copy, because a bucket with a lock takes no access logs
 * of S3, and other deliveries have no promise that they send the checksum that a lock asks for. S3 copies a log within minutes, usually; what is
 * deleted in the source stays here.
 *
 * **Stateful**: the bucket is kept, and with COMPLIANCE nobody could delete it before the last lock ends.
 */
export class LockedLogs extends Construct {
  /** The copy. */
  public readonly bucket: s3.Bucket;

  public constructor(scope: Construct, id: string, props: LockedLogsProps) {
    super(scope, id);
    const { source, lock } = props;
    const days = lock.duration.toDays();
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockDefaultRetention: lock,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [coldAfterDays(Math.max(days, LEAST_DAYS), Duration.days(1))],
    });
    const copy = 'a copy that only S3 writes; who reads it is seen by CloudTrail, where its data events are turned on';
    acknowledgeRules(this.bucket, {
      S3BucketLoggingEnabled: copy,
      S3BucketReplicationEnabled: 'this is the copy',
      S3DefaultEncryptionKMS: 'what it copies has no customer-managed key either: load balancers deliver to no bucket with one',
    });
    acknowledge(this.bucket, { 'AwsSolutions-S1': copy });
    // The name of the source is CloudFormation's.
    const role = replicationRole(this, source, 's3:::*', [this.bucket.bucketArn], ['s3:ReplicateObject', 's3:ReplicateTags']);
    const resource = source.node.defaultChild as s3.CfnBucket;
    const arns = [resource, this.bucket.node.defaultChild as s3.CfnBucket].map((one) => `<${Stack.of(this).getLogicalId(one)}.Arn>/*`);
    for (const arn of arns) acknowledge(role, { [`AwsSolutions-IAM5[Resource::${arn}]`]: 'S3 itself copies every log' });
    resource.replicationConfiguration = {
      role: role.roleArn,
      rules: [
        {
          id: 'Locked',
          status: 'Enabled',
          priority: 1,
          filter: {},
          deleteMarkerReplication: { status: 'Disabled' },
          destination: { bucket: this.bucket.bucketArn },
        },
      ],
    };
  }
}
