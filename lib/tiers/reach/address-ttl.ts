import { Duration } from 'aws-cdk-lib';
import type { RecordTarget } from 'aws-cdk-lib/aws-route53';

/** How long resolvers keep an address: one that is left is forgotten in a minute. An alias has Route 53's own time. */
export function addressTtl(target: RecordTarget): Duration | undefined {
  return target.aliasTarget ? undefined : Duration.minutes(1);
}
