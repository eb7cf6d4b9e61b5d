import { Match } from 'aws-cdk-lib/assertions';
import { readable } from '../support/snapshot';
import { DOMAIN, ofType, synthesize } from '../support/synth';

const { template, resources, architecture } = synthesize({ stage: 1 });

test('stage 1: the primary stack', () => {
  expect(readable(template)).toMatchSnapshot();
});

test('everything runs on one server: no database, cache, load balancer or CDN', () => {
  template.resourceCountIs('AWS::EC2::Instance', 1);
  const others = [
    'AWS::RDS::DBInstance',
    'AWS::ElastiCache::ReplicationGroup',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'AWS::CloudFront::Distribution',
  ];
  for (const type of others) template.resourceCountIs(type, 0);
});

test('only public subnets exist, and no NAT gateway is paid for', () => {
  template.resourceCountIs('AWS::EC2::Subnet', 3);
  template.resourceCountIs('AWS::EC2::NatGateway', 0);
});

test('the database is told to be on the server, behind a Unix socket', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/webapp/config/database/writer', Value: '/run/postgresql' });
});

test('no SSH: no port 22, no key pair', () => {
  expect(JSON.stringify(resources)).not.toMatch(/"(?:FromPort|ToPort)":22\b|KeyName/);
});

test('a domain adds the DNS record that points at the Elastic IP', () => {
  synthesize({ stage: 1, ...DOMAIN }).template.hasResourceProperties('AWS::Route53::RecordSet', {
    Name: 'example.com.',
    Type: 'A',
    ResourceRecords: [{ Ref: Match.stringLikeRegexp('ServerAddress') }],
  });
});

test('-c size changes the instance type of the running server and nothing else of it', () => {
  const [instance] = Object.values(ofType(resources, 'AWS::EC2::Instance'));
  const [larger] = Object.values(ofType(synthesize({ stage: 1, size: 't4g.xlarge' }).resources, 'AWS::EC2::Instance'));
  expect(larger.Properties).toEqual({ ...instance.Properties, InstanceType: 't4g.xlarge' });
});

test('a person gets the address, the shell and the dashboard as outputs', () => {
  template.hasOutput('SessionCommand', { Value: Match.objectLike({ 'Fn::Join': Match.anyValue() }) });
  template.hasOutput('Dashboard', { Value: Match.stringLikeRegexp('dashboard/webapp-us-east-1$') });
  expect(architecture.url).toMatch(/^http:\/\/ec2-/);
});
