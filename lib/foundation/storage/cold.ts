import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';

/** Logs grow cold by themselves: infrequent access after 30 days, Glacier after 90, gone in the end. */
export function coldAfterDays(days: number, noncurrentVersionExpiration: Duration): s3.LifecycleRule {
  return {
    id: 'TierAndExpire',
    transitions: [
      { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
      { storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(90) },
    ],
    expiration: Duration.days(days),
    noncurrentVersionExpiration,
    abortIncompleteMultipartUploadAfter: Duration.days(7),
  };
}
