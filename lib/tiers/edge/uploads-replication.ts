import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import type { Geography } from '../../foundation/regions/geography';
import { siteBucketName } from '../../foundation/storage/bucket-names';
import { replicationRole } from '../../foundation/storage/replication-role';

/** Props of {@link UploadsReplication}. */
export interface UploadsReplicationProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The bucket whose objects are copied. */
  readonly source: s3.Bucket;
  /** The regions. */
  readonly geography: Geography;
}

/** A bucket that receives copies. */
interface Destination {
  readonly region: string;
  readonly bucketName: string;
  /** How the bucket is called in a finding about it. */
  readonly findingArn: string;
}

/**
 * Copies every upload of a region to the full copies of all others, with their deletions, within fifteen minutes.
 *
 * A region's uploads go to a bucket that copies; the full copy of a further region is a bucket of its storage stack that only receives. One bucket for
 * both would have to exist before its partner does, on both sides.
 */
export class UploadsReplication extends Construct {
  /** What S3 may do on the way. */
  public readonly role: iam.Role;

  public constructor(scope: Construct, id: string, props: UploadsReplicationProps) {
    super(scope, id);
    const { name, source, geography } = props;
    const partition = Aws.PARTITION;
    const destinations = destinationsOf(name, geography);
    const arns = destinations.map(({ bucketName }) => `arn:${partition}:s3:::${bucketName}`);
    const bucket = `s3:::${siteBucketName(name, 'uploads', Stack.of(this).region)}`;
    this.role = replicationRole(this, source, bucket, arns, ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags']);
    source.encryptionKey?.grant(this.role, 'kms:Decrypt');
    const keys = destinations.map(({ region }) => `arn:${partition}:kms:${region}:${Aws.ACCOUNT_ID}:key/*`);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
        resources: [...new Set(keys)],
        conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${name}` } },
      }),
    );
    const logicalId = Stack.of(this).getLogicalId(source.node.defaultChild as s3.CfnBucket);
    const copied = [`<${logicalId}.Arn>`, ...destinations.map(({ findingArn }) => findingArn)].map((arn) => `${arn}/*`);
    const foreignKeys = destinations.map(({ region }) => `arn:<AWS::Partition>:kms:${region}:<AWS::AccountId>:key/*`);
    acknowledge(this.role, {
      ...reasons(copied, 'S3 itself copies every object of the uploads'),
      ...reasons(foreignKeys, "the key of another region, whose ARN is that region's; bound by its alias"),
    });
    (source.node.defaultChild as s3.CfnBucket).replicationConfiguration = {
      role: this.role.roleArn,
      rules: destinations.map(({ region }, index) => ({
        id: `To-${region}`,
        status: 'Enabled',
        priority: index + 1,
        filter: { prefix: 'uploads/' },
        deleteMarkerReplication: { status: 'Enabled' },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
        destination: {
          bucket: arns[index],
          encryptionConfiguration: { replicaKmsKeyId: `arn:${partition}:kms:${region}:${Aws.ACCOUNT_ID}:alias/${name}` },
          metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } },
          replicationTime: { status: 'Enabled', time: { minutes: 15 } },
        },
      })),
    };
  }
}

/** The full copies that a region sends to: the founding region's own bucket, unless it is the sender, and the copies of all further regions. */
function destinationsOf(name: string, { founding, further, isFounding }: Geography): Destination[] {
  const destination = (kind: 'uploads' | 'copy', region: string): Destination => ({
    region,
    bucketName: siteBucketName(name, kind, region),
    findingArn: `arn:<AWS::Partition>:s3:::${name}-${kind}-<AWS::AccountId>-${region}`,
  });
  const copies = further.map((region) => destination('copy', region));
  return isFounding ? copies : [destination('uploads', founding), ...copies];
}

function reasons(resources: string[], reason: string): Record<string, string> {
  return Object.fromEntries(resources.map((resource) => [`AwsSolutions-IAM5[Resource::${resource}]`, reason]));
}
