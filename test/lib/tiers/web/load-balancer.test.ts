import { RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LoadBalancer, type LoadBalancerProps, OriginSecret } from '../../../../lib';
import { type Ground, ground, templateOf } from '../../../support/construct';

function loadBalancer(options: (base: Ground) => Partial<LoadBalancerProps> = () => ({})) {
  const base = ground();
  const { stack, vpc, identity, logBucket, publicSubnets } = base;
  new LoadBalancer(stack, 'LoadBalancer', { vpc, subnets: publicSubnets, identity, logBucket, ...options(base) });
  return templateOf(base);
}

const withSecret = loadBalancer(({ stack, key }) => ({ originSecret: new OriginSecret(stack, 'Secret', { name: 'webapp', key }) }));

test('only what carries the secret of the CDN gets through; anything else is 403', () => {
  withSecret.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403' } }],
  });
  withSecret.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
    Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-origin-secret', Values: [Match.anyValue()] } }],
    Actions: [Match.objectLike({ Type: 'forward' })],
  });
});

test('the secret itself is never readable in the template', () => {
  expect(JSON.stringify(withSecret.toJSON())).toContain('{{resolve:secretsmanager:');
});

test.each([
  [undefined, 'true'],
  [RemovalPolicy.DESTROY, 'false'],
])('nobody deletes it by accident, unless all is to go: %s', (removalPolicy, Value) => {
  loadBalancer(() => ({ removalPolicy })).hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value }]),
  });
});

test('without a secret everybody is let in', () => {
  const open = loadBalancer();
  open.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 0);
  open.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    DefaultActions: [Match.objectLike({ Type: 'forward' })],
    Port: 80,
  });
});

test('it faces the internet from public subnets of three zones, and logs every access', () => {
  withSecret.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Scheme: 'internet-facing',
    Subnets: [1, 2, 3].map((zone) => ({ Ref: Match.stringLikeRegexp(`PublicSubnet${zone}`) })),
    LoadBalancerAttributes: Match.arrayWith([
      { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      { Key: 'access_logs.s3.enabled', Value: 'true' },
    ]),
  });
});

test("round robin, stickiness off, slow requests may end, the health check is the application's own and shallow", () => {
  withSecret.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    HealthCheckPath: '/healthz',
    TargetGroupAttributes: Match.arrayWith([
      { Key: 'deregistration_delay.timeout_seconds', Value: '60' },
      { Key: 'stickiness.enabled', Value: 'false' },
      { Key: 'load_balancing.algorithm.type', Value: 'round_robin' },
    ]),
  });
});

test('least outstanding requests is an option', () => {
  const template = loadBalancer(() => ({ algorithm: elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS }));
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    TargetGroupAttributes: Match.arrayWith([{ Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' }]),
  });
});

test('a certificate makes it HTTPS, and nothing listens on port 80', () => {
  const template = loadBalancer(({ stack }) => ({
    certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:123456789012:certificate/x'),
  }));
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Port: 443,
    Protocol: 'HTTPS',
    SslPolicy: Match.stringLikeRegexp('TLS13-1-2'),
  });
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
});

test('it may reach servers on port 80 and nothing else', () => {
  withSecret.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 80, ToPort: 80 });
  withSecret.resourcePropertiesCountIs(
    'AWS::EC2::SecurityGroup',
    { GroupDescription: 'Load balancer', SecurityGroupEgress: Match.absent() },
    1,
  );
});
