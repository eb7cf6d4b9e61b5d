import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { acknowledgeRules } from '../../foundation/acknowledge';
import { siteBucketName } from '../../foundation/storage/bucket-names';
import { SiteBucket } from './site-bucket';
import { UploadsReplication } from './uploads-replication';

/** The bucket for hashed static files, which every release brings anew; servers may write them. */
export function staticBucket(scope: Construct, { name, logBucket, servers, removalPolicy }: Foundation): SiteBucket {
  const bucket = new SiteBucket(scope, 'StaticFiles', {
    bucketName: siteBucketName(name, 'static', Stack.of(scope).region),
    prefix: 'static',
    actions: ['s3:GetObject', 's3:PutObject'],
    recoverable: Duration.days(30),
    logBucket,
    removalPolicy,
  });
  bucket.admit(servers.role);
  acknowledgeRules(bucket, {
    S3DefaultEncryptionKMS: "everybody may read these files through the CDN; S3's own key encrypts them",
    S3BucketReplicationEnabled: 'every release brings its files anew, and servers serve what is missing here',
  });
  return bucket;
}

/** The bucket for uploads, which nobody could bring again; servers may write them but delete none, and other regions get copies. */
export function uploadsBucket(scope: Construct, { name, key, logBucket, servers, removalPolicy, geography }: Foundation): SiteBucket {
  const bucket = new SiteBucket(scope, 'Uploads', {
    bucketName: siteBucketName(name, 'uploads', Stack.of(scope).region),
    prefix: 'uploads',
    actions: ['s3:GetObject', 's3:PutObject'],
    recoverable: Duration.days(90),
    key,
    logBucket,
    removalPolicy,
  });
  bucket.admit(servers.role);
  if (geography) new UploadsReplication(scope, 'UploadsReplication', { name, source: bucket, geography });
  else {
    acknowledgeRules(bucket, {
      S3BucketReplicationEnabled:
        'one region is what this architecture has; each object is in its three zones, and deleted ones are kept for 90 days',
    });
  }
  return bucket;
}
