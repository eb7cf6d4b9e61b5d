import { Duration, Stack } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import { InvalidInput } from '../../foundation/invalid-input';
import type { OriginSecret } from '../../foundation/security/origin-secret';

/** Pages that are the same for everybody, and may be kept at the edge. */
export interface CachedPath {
  /** Path as CloudFront matches it, such as `/` or `/products/*`. Only GET and HEAD pass; no cookie, and no query but `queryStrings`, reaches the server. */
  readonly pattern: string;
  /** How long an answer is kept, whatever its Cache-Control says. */
  readonly ttl: Duration;
  /**
   * Parameters of the query that make another page.
   * @default - none reaches the server
   */
  readonly queryStrings?: string[];
}

/** What can be chosen about a CDN. */
export interface CdnOptions {
  /**
   * What is the same for everybody. A page that a signed-in visitor sees differently, and a form that posts to its own path, don't belong here.
   * @default - nothing that the web tier answers is cached
   */
  readonly cachedPaths?: CachedPath[];
  /**
   * Which edge locations serve: fewer cost less, users far from them wait longer.
   * @default PriceClass.PRICE_CLASS_ALL
   */
  readonly priceClass?: cloudfront.PriceClass;
  /**
   * ARN of a WAF web ACL in us-east-1.
   * @default - none: WAF is a paid choice
   */
  readonly webAclId?: string;
}

/** Props of {@link Cdn}. */
export interface CdnProps extends CdnOptions {
  /** Host name of the web tier. Another one moves the origin; the distribution stays. */
  readonly originHostName: string;
  /** Whether the web tier answers HTTPS under that name. */
  readonly originHttps: boolean;
  /** Proves to the web tier that a request came through here. */
  readonly originSecret: OriginSecret;
  /** Hashed files below `static/`. */
  readonly staticFiles: s3.IBucket;
  /** Files of users below `uploads/`. */
  readonly uploads: s3.Bucket;
  /**
   * A full copy of the uploads in another region, for when the first bucket can't answer. Its policy lets this account's distributions read.
   * @default - no second bucket
   */
  readonly uploadsCopy?: s3.IBucket;
  /**
   * Receives the access logs, below `cdn/`; ACLs on, in a region that is no opt-in region.
   * @default - no access logs
   */
  readonly logBucket?: s3.IBucket;
  /**
   * Name of the website.
   * @default - CloudFront's own name alone
   */
  readonly domainName?: string;
  /**
   * Certificate of that name, in us-east-1.
   * @default - CloudFront's own certificate
   */
  readonly certificate?: acm.ICertificate;
}

/**
 * CloudFront in front of everything: static files and uploads from S3, the rest from the web tier with its method, cookies, query and
 * Host as the visitor sent them; nothing of it is cached but `cachedPaths`. The scheme arrives as CloudFront-Forwarded-Proto.
 * The buckets answer to this distribution alone (origin access control).
 */
export class Cdn extends Construct {
  /** The distribution. */
  public readonly distribution: cloudfront.Distribution;
  /** The name that users see. */
  public readonly hostName: string;

  public constructor(scope: Construct, id: string, props: CdnProps) {
    super(scope, id);
    const { cachedPaths = [] } = props;
    refuseReserved(cachedPaths);
    const web = new origins.HttpOrigin(props.originHostName, {
      originId: 'Web',
      protocolPolicy: props.originHttps ? cloudfront.OriginProtocolPolicy.HTTPS_ONLY : cloudfront.OriginProtocolPolicy.HTTP_ONLY,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
      customHeaders: { [props.originSecret.header]: props.originSecret.value },
      readTimeout: Duration.seconds(30),
    });
    const shared = {
      compress: true,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
    };
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Front door of ${props.domainName ?? Stack.of(this).stackName}`,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: props.priceClass ?? cloudfront.PriceClass.PRICE_CLASS_ALL,
      webAclId: props.webAclId,
      ...(props.certificate &&
        props.domainName && {
          domainNames: [props.domainName],
          certificate: props.certificate,
          minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        }),
      ...(props.logBucket && { enableLogging: true, logBucket: props.logBucket, logFilePrefix: 'cdn/' }),
      defaultBehavior: {
        ...shared,
        origin: web,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_AND_CLOUDFRONT_2022,
      },
      additionalBehaviors: {
        ...Object.fromEntries(cachedPaths.map((path) => [path.pattern, { ...shared, origin: web, ...this.cached(path) }])),
        '/static/*': {
          ...shared,
          origin: new origins.OriginGroup({
            primaryOrigin: origins.S3BucketOrigin.withOriginAccessControl(props.staticFiles, { originId: 'Static' }),
            // A file that no server has uploaded yet is on the server itself.
            fallbackOrigin: web,
            fallbackStatusCodes: [403, 404, 500, 502, 503, 504],
          }),
          cachePolicy: this.keepFor('HashedFiles', Duration.days(365), 'Files whose name changes with their content'),
        },
        '/uploads/*': {
          ...shared,
          origin: this.uploadsOrigin(props),
          cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        },
      },
    });
    this.hostName = props.domainName ?? this.distribution.distributionDomainName;
    // The origin reports this on the scope of the key.
    const keyScope = props.uploads.encryptionKey?.node.scope ?? this;
    acknowledge(keyScope, {
      'Annotation::@aws-cdk/aws-cloudfront-origins:wildcardKeyPolicyForOac':
        'the key admits the distributions of this account alone; one id alone would make a cycle from key to distribution to bucket to key',
    });
    if (!props.logBucket) {
      acknowledge(this, { 'AwsSolutions-CFR3': 'CloudFront delivers access logs to no bucket in this region, and no other one was given' });
    }
    acknowledge(this, {
      'AwsSolutions-CFR1': 'the website is for everybody; a geographic restriction is a business choice',
      'AwsSolutions-CFR2': 'WAF is a paid choice: webAclId takes what WebFirewall makes',
      'AwsSolutions-CFR4': "without a domain of the user's, CloudFront's own certificate fixes the protocol version",
      'AwsSolutions-CFR5': props.originHttps
        ? 'the origin is asked by HTTPS, TLS 1.2 alone'
        : 'the origin has no certificate, because it is a single server or has no name: requests cross the internet in clear between CloudFront and it',
    });
  }

  private uploadsOrigin({ uploads, uploadsCopy }: CdnProps): cloudfront.IOrigin {
    const primaryOrigin = origins.S3BucketOrigin.withOriginAccessControl(uploads, { originId: 'Uploads' });
    if (!uploadsCopy) return primaryOrigin;
    acknowledge(this, {
      'Annotation::@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac':
        "the copy's own stack lets the distributions of this account read",
    });
    return new origins.OriginGroup({
      primaryOrigin,
      fallbackOrigin: origins.S3BucketOrigin.withOriginAccessControl(uploadsCopy, { originId: 'UploadsCopy' }),
      fallbackStatusCodes: [403, 404, 500, 502, 503, 504],
    });
  }

  /** The same answer for everybody under one Host; the server still hears Host and scheme, and writes its links by them. */
  private cached({ pattern, ttl, queryStrings }: CachedPath): { cachePolicy: cloudfront.CachePolicy } {
    const query = queryStrings ? cloudfront.CacheQueryStringBehavior.allowList(...queryStrings) : undefined;
    return {
      cachePolicy: this.keepFor(idOf(pattern), ttl, `The same for everybody: ${pattern}`, {
        headerBehavior: cloudfront.CacheHeaderBehavior.allowList('Host', 'CloudFront-Forwarded-Proto'),
        queryStringBehavior: query,
      }),
    };
  }

  /** No cookie reaches the origin, and what it says about caching does not matter. */
  private keepFor(id: string, ttl: Duration, comment: string, key: cloudfront.CachePolicyProps = {}): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, id, {
      comment,
      minTtl: ttl,
      defaultTtl: ttl,
      maxTtl: ttl,
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
      ...key,
    });
  }
}

function refuseReserved(paths: readonly CachedPath[]): void {
  const patterns = paths.map(({ pattern }) => pattern);
  for (const pattern of patterns) {
    if (!/^\/[\w.\-~*?/&$@:]*$/.test(pattern) || pattern.startsWith('/static/') || pattern.startsWith('/uploads/') || pattern === '/*') {
      throw new InvalidInput(
        `cached path ${pattern} is not possible: it starts with a slash and is not all of the site, /static/ or /uploads/; type one such as / or /products/*`,
      );
    }
  }
  const twice = patterns.find((pattern, index) => patterns.map(idOf).indexOf(idOf(pattern)) !== index);
  if (twice !== undefined) throw new InvalidInput(`cached path ${twice} is there twice: leave one of them out`);
}

/** `/products/*` is CachedProductsAny: a construct id of letters, and another one for another path. */
function idOf(pattern: string): string {
  const words = pattern
    .replaceAll('*', '/Any/')
    .replaceAll('?', '/One/')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return `Cached${words.map((word) => word[0].toUpperCase() + word.slice(1)).join('') || 'Home'}`;
}
