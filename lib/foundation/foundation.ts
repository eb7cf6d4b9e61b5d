import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Awake } from './awake/awake';
import type { OriginSecret } from './security/origin-secret';
import type { Network } from './network/network';
import type { LogBucket } from './storage/log-bucket';
import type { Geography } from './regions/geography';
import type { Places } from './regions/places';
import type { Routing } from './regions/routing';
import type { Settings } from './settings/settings';
import type { Release } from './servers/release';
import type { ServerIdentity } from './servers/server-identity';

/** The website's own name. */
export interface Domain {
  /** Name that users type, such as `example.com`. */
  readonly domainName: string;
  /** The hosted zone that holds it. */
  readonly hostedZone: route53.IHostedZone;
  /**
   * Certificate of the name in us-east-1, for CloudFront.
   * @default - none: an architecture with a CDN refuses a domain without it
   */
  readonly certificate?: acm.ICertificate;
  /**
   * How DNS chooses between regions.
   * @default Routing.LATENCY
   */
  readonly routing?: Routing;
  /**
   * Which region's servers usually answer users of which places, with geolocation.
   * @default - the nearest region serves
   */
  readonly places?: Places;
}

/** What every tier stands on. An architecture makes it and hands it to each tier. */
export interface Foundation {
  /** Name of the deployment. */
  readonly name: string;
  /** The VPC and its groups of subnets. */
  readonly network: Network;
  /** The customer-managed key of the region. */
  readonly key: kms.IKey;
  /** What the application reads. */
  readonly settings: Settings;
  /** Role and security group of the web servers, single or many. */
  readonly servers: ServerIdentity;
  /** What the servers run. */
  readonly release: Release;
  /** Bucket for access logs. */
  readonly logBucket: LogBucket;
  /**
   * Another bucket for the access logs of a CDN.
   * @default - `logBucket`, or no access logs where CloudFront can't deliver to it
   */
  readonly cdnLogBucket?: s3.IBucket;
  /** Topic for alarms. */
  readonly alarmTopic: sns.ITopic;
  /** Whether a single server has metrics every minute, which are paid. */
  readonly detailedMonitoring: boolean;
  /** What happens to what holds data when it leaves the template. */
  readonly removalPolicy: RemovalPolicy;
  /**
   * When the deployment is awake.
   * @default - always
   */
  readonly awake?: Awake;
  /**
   * The website's own name.
   * @default - none
   */
  readonly domain?: Domain;
  /**
   * The regions of the deployment.
   * @default - there is one
   */
  readonly geography?: Geography;
  /**
   * Proof that a request came through the CDN.
   * @default - none: there is no CDN
   */
  readonly originSecret?: OriginSecret;
}
