import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Domain, type Foundation, Routing } from '../foundation';
import { InvalidInput } from '../invalid-input';
import { Setting } from '../settings/settings';
import { SiteBuckets } from '../storage/site-buckets';
import type { Web } from '../web/web-tier';
import type { WebOrigin } from '../web/web-origin';
import { Cdn, type CdnOptions } from './cdn';

/** An edge that was bound. */
export interface Edge {
  /** Where users find the website. */
  readonly url: string;
  /** What the website's own name points at. */
  readonly target: route53.RecordTarget;
  /**
   * The CDN.
   * @default - users reach the web tier directly
   */
  readonly cdn?: Cdn;
  /**
   * Static files and uploads.
   * @default - both are on the server
   */
  readonly buckets?: SiteBuckets;
}

/** What users meet first. */
export abstract class EdgeTier {
  /** DNS points at the web tier. */
  public static direct(): EdgeTier {
    return new Direct();
  }

  /** CloudFront, with static files and uploads in S3. */
  public static cdn(options: CdnOptions = {}): EdgeTier {
    return new CloudFront(options);
  }

  /** Whether requests come through a CDN, which proves itself to the web tier. */
  public readonly isCdn: boolean = false;

  /** Creates the edge under an architecture, in front of a web tier. */
  public abstract bind(scope: Construct, foundation: Foundation, web: Web): Edge;
}

class Direct extends EdgeTier {
  public bind(_scope: Construct, { domain }: Foundation, { origin }: Web): Edge {
    return { url: `${origin.https ? 'https' : 'http'}://${domain?.domainName ?? origin.hostName}`, target: origin.target };
  }
}

class CloudFront extends EdgeTier {
  public override readonly isCdn = true;

  public constructor(private readonly options: CdnOptions) {
    super();
  }

  public bind(scope: Construct, foundation: Foundation, { origin }: Web): Edge {
    const { name, key, logBucket, settings, servers, domain, originSecret, removalPolicy } = foundation;
    if (!originSecret) throw new Error('an architecture with a CDN makes an origin secret');
    if (domain && !domain.certificate) {
      throw new InvalidInput(
        `domain ${domain.domainName} has no certificate: CloudFront needs one in us-east-1, give it as domain.certificate`,
      );
    }
    const buckets = new SiteBuckets(scope, 'Buckets', { name, key, logBucket, removalPolicy });
    buckets.admit(servers.role);
    const cdn = new Cdn(scope, 'Cdn', {
      ...this.options,
      originHostName: domain ? originRecord(scope, domain, origin) : origin.hostName,
      originHttps: origin.https,
      originSecret,
      buckets,
      logBucket,
      domainName: domain?.domainName,
      certificate: domain?.certificate,
    });
    settings.put(Setting.STATIC_BUCKET, buckets.staticFiles.bucketName);
    settings.put(Setting.UPLOADS_BUCKET, buckets.uploads.bucketName);
    settings.put(Setting.EDGE_HOST, cdn.hostName);
    return {
      cdn,
      buckets,
      url: `https://${cdn.hostName}`,
      target: route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(cdn.distribution)),
    };
  }
}

/**
 * The name that the CDN asks. Other regions join it later, so it has its final policy and an explicit set identifier
 * from the start: Route 53 refuses to change either (AWS::Route53::RecordSet).
 */
function originRecord(scope: Construct, domain: Domain, origin: WebOrigin): string {
  const { region } = Stack.of(scope);
  const policy = domain.routing === Routing.GEOLOCATION ? { geoLocation: route53.GeoLocation.default() } : { region };
  new route53.ARecord(scope, 'OriginRecord', {
    zone: domain.hostedZone,
    recordName: `origin.${domain.domainName}.`,
    target: origin.target,
    setIdentifier: region,
    ...policy,
  });
  return `origin.${domain.domainName}`;
}
