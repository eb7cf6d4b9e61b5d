import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledgeRules, OWN_POLICY } from '../acknowledge';
import { actingForIfSaid } from '../security/service-trust';

/**
 * The role with which S3 copies the objects of a bucket to others.
 * @param source the bucket whose objects are copied.
 * @param speaksFor the source as an ARN without `arn:<partition>:`, because the bucket names the role and so can't come before it.
 * @param destinations ARNs of the buckets that receive copies.
 * @param actions what S3 does there, such as `s3:ReplicateObject`.
 */
export function replicationRole(
  scope: Construct,
  source: s3.Bucket,
  speaksFor: string,
  destinations: string[],
  actions: string[],
): iam.Role {
  const role = new iam.Role(scope, 'Role', { assumedBy: actingForIfSaid('s3.amazonaws.com', speaksFor) });
  const allow = (allowed: string[], resources: string[]): void => {
    role.addToPolicy(new iam.PolicyStatement({ actions: allowed, resources }));
  };
  allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], [source.bucketArn]);
  allow(['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'], [source.arnForObjects('*')]);
  allow(
    actions,
    destinations.map((arn) => `${arn}/*`),
  );
  acknowledgeRules(role, OWN_POLICY);
  return role;
}
