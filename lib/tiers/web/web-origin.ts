import type * as route53 from 'aws-cdk-lib/aws-route53';

/** How a CDN or a DNS record reaches a web tier. */
export interface WebOrigin {
  /** Host name that answers by itself, without a domain of the user's. */
  readonly hostName: string;
  /** Whether it answers HTTPS under `originName`. */
  readonly https: boolean;
  /** What a DNS record for it points at. */
  readonly target: route53.RecordTarget;
  /**
   * First label of the name that a CDN asks for it, below `origin.<domain>`. Two kinds of web tier have two names, so that a CDN turns from one to
   * the other, name and protocol together, in one change of its own, whatever DNS still remembers.
   * @default - `origin.<domain>` itself
   */
  readonly label?: string;
}
