import { App, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Application, Cdn, type CdnOptions, EdgeTier, OriginSecret, RegionalStack, SiteBucket, WebArchitecture } from '../../../../lib';
import { stages } from '../../../../stages';
import { ground } from '../../../support/construct';
import { FLAGS, emptyApplication, ofType, resourcesOf, synthesize } from '../../../support/synth';

function cdn(options: CdnOptions = {}): Template {
  const { stack, key, logBucket } = ground();
  const shared = { actions: ['s3:GetObject'], recoverable: Duration.days(30), logBucket };
  const staticFiles = new SiteBucket(stack, 'StaticFiles', { ...shared, bucketName: 'webapp-static', prefix: 'static' });
  const uploads = new SiteBucket(stack, 'Uploads', { ...shared, bucketName: 'webapp-uploads', prefix: 'uploads', key });
  const originSecret = new OriginSecret(stack, 'Secret', { name: 'webapp', key });
  const construct = new Cdn(stack, 'Cdn', {
    originHostName: 'web.example.com',
    originHttps: false,
    originSecret,
    staticFiles,
    uploads,
    logBucket,
    ...options,
  });
  expect(construct.hostName).toBe(construct.distribution.distributionDomainName);
  return Template.fromStack(stack);
}

const template = cdn();
const config = (expected: object): void => {
  template.hasResourceProperties('AWS::CloudFront::Distribution', { DistributionConfig: Match.objectLike(expected) });
};

/** TTLs of the cache policy that a path uses. */
function ttls(pattern: string): unknown {
  const [{ Properties }] = Object.values(ofType(resourcesOf(template), 'AWS::CloudFront::Distribution'));
  const behavior = (Properties.DistributionConfig.CacheBehaviors as { PathPattern: string; CachePolicyId: { Ref: string } }[]).find(
    ({ PathPattern }) => PathPattern === pattern,
  )!;
  const { MinTTL, DefaultTTL, MaxTTL } = resourcesOf(template)[behavior.CachePolicyId.Ref].Properties.CachePolicyConfig;
  return [MinTTL, DefaultTTL, MaxTTL];
}

test('hashed files are kept for a year, whatever the server says', () => {
  expect(ttls('/static/*')).toEqual([31_536_000, 31_536_000, 31_536_000]);
});

test("nothing that the web server answers is cached unless somebody says so: a dashboard at / stays its owner's", () => {
  const [{ Properties }] = Object.values(ofType(resourcesOf(template), 'AWS::CloudFront::Distribution'));
  const behaviors = Properties.DistributionConfig.CacheBehaviors as { PathPattern: string }[];
  expect(behaviors.map(({ PathPattern }) => PathPattern)).toEqual(['/static/*', '/uploads/*']);
});

test('everything else goes to the web server, uncached, with all methods, and with Host, scheme, cookies and query as the visitor sent them', () => {
  config({
    DefaultCacheBehavior: Match.objectLike({
      TargetOriginId: 'Web',
      CachePolicyId: cloudfront.CachePolicy.CACHING_DISABLED.cachePolicyId,
      // Managed-AllViewerAndCloudFrontHeaders-2022-06
      OriginRequestPolicyId: '33f36d7e-f396-46d9-90e0-52428a34d9dc',
      AllowedMethods: Match.arrayWith(['POST', 'DELETE']),
    }),
  });
});

test('a static file that no server has uploaded yet comes from the server', () => {
  config({
    OriginGroups: Match.objectLike({
      Items: [Match.objectLike({ Members: { Quantity: 2, Items: [{ OriginId: 'Static' }, { OriginId: 'Web' }] } })],
    }),
  });
});

test('compressed, HTTP/3, redirected to HTTPS, with security headers, on every path', () => {
  config({ HttpVersion: 'http2and3' });
  const [{ Properties }] = Object.values(ofType(resourcesOf(template), 'AWS::CloudFront::Distribution'));
  const { DefaultCacheBehavior, CacheBehaviors } = Properties.DistributionConfig;
  for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
    expect(behavior).toMatchObject({
      Compress: true,
      ViewerProtocolPolicy: 'redirect-to-https',
      ResponseHeadersPolicyId: cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS.responseHeadersPolicyId,
    });
  }
});

test('the web origin hears the secret', () => {
  config({
    Origins: Match.arrayWith([
      Match.objectLike({ Id: 'Web', OriginCustomHeaders: [{ HeaderName: 'x-origin-secret', HeaderValue: Match.anyValue() }] }),
    ]),
  });
});

test('buckets are reached by origin access control alone: private, TLS only, and open to this one distribution', () => {
  for (const { Properties } of Object.values(ofType(resourcesOf(template), 'AWS::S3::Bucket'))) {
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  }
  const readers = Object.values(ofType(resourcesOf(template), 'AWS::S3::BucketPolicy'))
    .flatMap(
      ({ Properties }) =>
        Properties.PolicyDocument.Statement as { Effect: string; Principal: unknown; Action: unknown; Condition: object }[],
    )
    .filter(({ Effect, Action }) => Effect === 'Allow' && Action === 's3:GetObject');
  expect(readers).toHaveLength(2);
  for (const { Principal, Condition } of readers) {
    expect(Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
    expect(JSON.stringify(Condition)).toMatch(/AWS:SourceArn.*CdnDistribution/);
  }
});

test("a user's choices: what is cached, which edges serve, WAF", () => {
  const webAclId = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/1';
  const cachedPaths = [
    { pattern: '/', ttl: Duration.minutes(1) },
    { pattern: '/products/*', ttl: Duration.minutes(2), queryStrings: ['page'] },
  ];
  const chosen = cdn({ cachedPaths, priceClass: cloudfront.PriceClass.PRICE_CLASS_100, webAclId });
  const policy = (ttl: number, parameters: object): void => {
    chosen.hasResourceProperties('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: Match.objectLike({ DefaultTTL: ttl, ParametersInCacheKeyAndForwardedToOrigin: Match.objectLike(parameters) }),
    });
  };
  // Links of a cached page are written by Host and scheme, so both are part of what is cached.
  const HeadersConfig = { HeaderBehavior: 'whitelist', Headers: ['Host', 'CloudFront-Forwarded-Proto'] };
  policy(60, { HeadersConfig, CookiesConfig: { CookieBehavior: 'none' }, QueryStringsConfig: { QueryStringBehavior: 'none' } });
  policy(120, { HeadersConfig, QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['page'] } });
  chosen.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: Match.objectLike({ PriceClass: 'PriceClass_100', WebACLId: webAclId }),
  });
});

test.each([
  [['products'], 'cached path products is not possible'],
  [['/*'], 'cached path /* is not possible'],
  [['/static/app.css'], 'cached path /static/app.css is not possible'],
  [['/a', '/a'], 'cached path /a is there twice'],
])('%p is refused in one line', (patterns, line) => {
  expect(() => cdn({ cachedPaths: patterns.map((pattern) => ({ pattern, ttl: Duration.minutes(1) })) })).toThrow(line);
});

describe('in an opt-in region, to whose buckets CloudFront delivers no access logs', () => {
  const logging = ({ resources }: { resources: ReturnType<typeof resourcesOf> }): unknown =>
    Object.values(ofType(resources, 'AWS::CloudFront::Distribution'))[0].Properties.DistributionConfig.Logging;

  test('they go to a bucket in us-east-1', () => {
    expect(logging(synthesize({ stage: 3, regions: 'me-central-1' }))).toMatchObject({
      Bucket: { 'Fn::GetStackOutput': { StackName: 'webapp-me-central-1-edge', Region: 'us-east-1' } },
    });
    expect(logging(synthesize({ stage: 3, regions: 'eu-west-1' }))).toMatchObject({
      Bucket: { 'Fn::GetAtt': [expect.any(String), 'RegionalDomainName'] },
    });
  });

  test('or there are none, and an info line says so, in a stack of the user', () => {
    const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region: 'me-central-1' });
    const own = new WebArchitecture(stack, 'Web', {
      name: 'shop',
      blueprint: { ...stages.singleServer, edge: EdgeTier.cdn() },
      app: Application.selfConfigured(emptyApplication()),
    });
    expect(logging({ resources: resourcesOf(Template.fromStack(stack)) })).toBeUndefined();
    expect(own.node.metadata.map(({ data }) => String(data)).join()).toContain('CloudFront delivers none to a bucket in me-central-1');
  });
});
