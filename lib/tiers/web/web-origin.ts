import type * as route53 from 'aws-cdk-lib/aws-route53';

/** How a CDN or a DNS record reaches a web tier. */
export interface WebOrigin {
  /** Host name that answers by itself, without a domain of the user's. */
  readonly hostName: string;
  /** Whether it answers HTTPS under `originName`. */
  readonly https: boolean;
  /** What a DNS record for it points at. */
  readonly target: route53.RecordTarget;
}
