import { Annotations, Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Domain, Foundation } from '../../foundation/foundation';
import { dependOn } from '../../foundation/depend-on';
import { InvalidInput } from '../../foundation/invalid-input';
import { Setting } from '../../foundation/settings/settings';
import { RegionOffers } from '../../foundation/regions/region-offers';
import { RegionRecords, type RegionRecordsProps } from '../reach/region-records';
import { siteBucketName } from '../../foundation/storage/bucket-names';
import type { SiteBucket } from './site-bucket';
import { staticBucket, uploadsBucket } from './site-buckets';
import type { Web } from '../web/web-tier';
import { Cdn, type CdnOptions } from './cdn';

/** An edge that was bound. */
export interface Edge {
  /** Where users find the website. */
  readonly url: string;
  /**
   * What the website's own name points at.
   * @default - another region's edge has the name
   */
  readonly target?: route53.RecordTarget;
  /**
   * Whether it answers IPv6 too.
   * @default false
   */
  readonly ipv6?: boolean;
  /**
   * The CDN.
   * @default - users reach the web tier directly
   */
  readonly cdn?: Cdn;
  /**
   * Hashed static files.
   * @default - on the server, or in another region
   */
  readonly staticFiles?: SiteBucket;
  /**
   * Files of users.
   * @default - on the server
   */
  readonly uploads?: SiteBucket;
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

  /**
   * The same edge with a firewall; without a CDN there is none, and nothing changes.
   * @param webAclId ARN of a web ACL in us-east-1, as `WebFirewall` makes it.
   */
  public withWebAcl(_webAclId: string): EdgeTier {
    return this;
  }

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

  public override withWebAcl(webAclId: string): EdgeTier {
    return new CloudFront({ ...this.options, webAclId });
  }

  public bind(scope: Construct, foundation: Foundation, web: Web): Edge {
    const { name, settings, domain, originSecret, geography } = foundation;
    if (geography && !domain) throw new InvalidInput('several regions need a domain: DNS sends each user to a region, give props.domain');
    if (geography && !geography.isFounding && domain) return this.join(scope, foundation, web, domain);
    if (!originSecret) throw new Error('an architecture with a CDN makes an origin secret');
    if (domain && !domain.certificate) {
      throw new InvalidInput(
        `domain ${domain.domainName} has no certificate: CloudFront needs one in us-east-1, give it as domain.certificate`,
      );
    }
    const staticFiles = staticBucket(scope, foundation);
    const uploads = uploadsBucket(scope, foundation);
    const { origin, loadBalancer } = web;
    const records = domain && recordsOf(scope, { domain, origin, geography });
    const cdn = new Cdn(scope, 'Cdn', {
      ...this.options,
      originHostName: records?.originName ?? origin.hostName,
      originHttps: origin.https,
      originSecret,
      staticFiles,
      uploads,
      uploadsCopy: geography && copyIn(scope, name, geography.further[0]),
      logBucket: accessLogs(scope, foundation),
      domainName: domain?.domainName,
      certificate: domain?.certificate,
    });
    // Who is asked serves under its name before the CDN turns to it. What it turned away from is deleted when no edge asks there any more.
    if (records) dependOn(cdn.distribution, records, web.server ?? web.fleet ?? records);
    // On a bridge the load balancer has its name already, and is not asked yet.
    if (domain && loadBalancer && loadBalancer.origin !== origin) {
      recordsOf(scope, { domain, origin: loadBalancer.origin, geography });
    }
    settings.put(Setting.STATIC_BUCKET, staticFiles.bucketName);
    settings.put(Setting.UPLOADS_BUCKET, uploads.bucketName);
    settings.put(Setting.EDGE_HOST, cdn.hostName);
    return {
      cdn,
      staticFiles,
      uploads,
      url: `https://${cdn.hostName}`,
      target: route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(cdn.distribution)),
      ipv6: true,
    };
  }

  /** A further region: the CDN is the founding region's, and finds this one by its record. */
  private join(scope: Construct, foundation: Foundation, { origin }: Web, domain: Domain): Edge {
    const { settings, geography } = foundation;
    recordsOf(scope, { domain, origin, geography });
    const uploads = uploadsBucket(scope, foundation);
    settings.put(Setting.UPLOADS_BUCKET, uploads.bucketName);
    settings.put(Setting.EDGE_HOST, domain.domainName);
    return { uploads, url: `https://${domain.domainName}` };
  }
}

/** Each kind of web tier has records of its own, so that both stand side by side on a bridge. */
function recordsOf(scope: Construct, props: RegionRecordsProps): RegionRecords {
  return new RegionRecords(scope, props.origin.label === undefined ? 'ServerRecords' : 'RegionRecords', props);
}

function copyIn(scope: Construct, name: string, region: string): s3.IBucket {
  const bucketName = siteBucketName(name, 'copy', region);
  return s3.Bucket.fromBucketAttributes(scope, 'UploadsCopy', { bucketName, region });
}

/** Where the CDN's access logs go, if CloudFront can deliver there. */
function accessLogs(scope: Construct, { logBucket, cdnLogBucket }: Foundation): s3.IBucket | undefined {
  const { region } = Stack.of(scope);
  if (cdnLogBucket || RegionOffers.hasService(region, 'cdn-logs')) return cdnLogBucket ?? logBucket;
  Annotations.of(scope).addInfo(
    `the CDN writes no access logs: CloudFront delivers none to a bucket in ${region} (${RegionOffers.AS_OF}); give cdnLogBucket, such as a LogBucket in us-east-1`,
  );
  return undefined;
}
