import type { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Geography } from '../regions/geography';

/**
 * Copies a secret to the further regions, under its name and with the key of each region, which the region's storage stack has made before.
 * The key is named by its alias: its ARN belongs to another region's stack.
 */
export function replicateSecret(secret: Secret, name: string, geography: Geography | undefined): void {
  if (!geography) return;
  (secret.node.defaultChild as CfnSecret).replicaRegions = geography.further.map((region) => ({ region, kmsKeyId: `alias/${name}` }));
}
