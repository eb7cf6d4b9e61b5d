import { Aws } from 'aws-cdk-lib';

/** Name of a bucket, which other regions know without asking: `webapp-uploads-<account>-<region>`. */
export function siteBucketName(name: string, kind: 'static' | 'uploads' | 'copy', region: string): string {
  return `${name}-${kind}-${Aws.ACCOUNT_ID}-${region}`;
}
