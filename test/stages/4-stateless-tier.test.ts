import { Match, Template } from 'aws-cdk-lib/assertions';
import { readable, since } from '../support/snapshot';
import { DOMAIN, ofType, satellites, synthesize } from '../support/synth';

const { template, resources } = synthesize({ stage: 4 });
const withDomain = synthesize({ stage: 4, ...DOMAIN });

test('stage 4: what the primary stack adds to stage 3 and changes', () => {
  expect(since(synthesize({ stage: 3 }).template, template)).toMatchSnapshot();
});

test('stage 4 with a domain: the edge stack', () => {
  const [edge] = satellites(withDomain);
  expect(readable(Template.fromStack(edge))).toMatchSnapshot();
});

test("no public address but the load balancer's and the NAT gateways'", () => {
  template.resourceCountIs('AWS::EC2::Instance', 0);
  const addresses = Object.keys(ofType(resources, 'AWS::EC2::EIP'));
  const nat = Object.values(ofType(resources, 'AWS::EC2::NatGateway')).map(
    ({ Properties }) => Properties.AllocationId['Fn::GetAtt'][0] as string,
  );
  expect(addresses.sort()).toEqual(nat.sort());
  for (const { Properties } of Object.values(ofType(resources, 'AWS::EC2::Subnet'))) expect(Properties.MapPublicIpOnLaunch).toBe(false);
  expect(JSON.stringify(ofType(resources, 'AWS::EC2::LaunchTemplate'))).not.toContain('AssociatePublicIpAddress');
});

test('the fleet stands in App subnets of three zones', () => {
  const [group] = Object.values(ofType(resources, 'AWS::AutoScaling::AutoScalingGroup'));
  const ids = (group.Properties.VPCZoneIdentifier as { Ref: string }[]).map(({ Ref }) => Ref);
  expect(ids.map((id) => resources[id].Properties.AvailabilityZone as string)).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  for (const id of ids) expect(id).toMatch(/AppSubnet/);
});

test('NAT gateways are a visible choice: one per zone, or as -c nat says', () => {
  const count = (context: object): number =>
    Object.keys(ofType(synthesize({ stage: 4, ...context }).resources, 'AWS::EC2::NatGateway')).length;
  expect([count({}), count({ nat: '1' }), count({ nat: '2' })]).toEqual([3, 1, 2]);
});

test('one NAT gateway less removes resources and moves no subnet', () => {
  const thrifty = synthesize({ stage: 4, nat: '1' }).resources;
  expect(ofType(thrifty, 'AWS::EC2::Subnet')).toEqual(ofType(resources, 'AWS::EC2::Subnet'));
});

test('sessions have a store of their own beside the cache, one that never evicts', () => {
  const policies = Object.values(ofType(resources, 'AWS::ElastiCache::ParameterGroup')).map(
    ({ Properties }) => Properties.Properties['maxmemory-policy'],
  );
  expect(policies.sort()).toEqual(['allkeys-lru', 'noeviction']);
});

test('the distribution of stage 3 is kept: only its web origin moves', () => {
  const [before] = Object.entries(ofType(synthesize({ stage: 3 }).resources, 'AWS::CloudFront::Distribution'));
  const [after] = Object.entries(ofType(resources, 'AWS::CloudFront::Distribution'));
  const withoutWeb = ([id, { Properties }]: typeof before): unknown => {
    const { Origins, ...config } = Properties.DistributionConfig as { Origins: { Id: string }[] };
    return [id, config, Origins.filter(({ Id }) => Id !== 'Web')];
  };
  expect(withoutWeb(after)).toEqual(withoutWeb(before));
  expect(after).not.toEqual(before);
});

test('with a domain CloudFront speaks HTTPS to the load balancer, by a name that its certificate proves', () => {
  withDomain.template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      Origins: Match.arrayWith([
        Match.objectLike({
          Id: 'Web',
          DomainName: 'balancer.origin.example.com',
          CustomOriginConfig: Match.objectLike({ OriginProtocolPolicy: 'https-only' }),
        }),
      ]),
    },
  });
  withDomain.template.hasResourceProperties('AWS::CertificateManager::Certificate', {
    SubjectAlternativeNames: Match.arrayWith(['*.origin.example.com']),
  });
  withDomain.template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 443, Protocol: 'HTTPS' });
});

test('a new release makes a new launch template version, which rolls the fleet; the parameter changes first', () => {
  const [template1] = Object.values(ofType(resources, 'AWS::EC2::LaunchTemplate'));
  const tags = template1.Properties.LaunchTemplateData.TagSpecifications[0].Tags as { Key: string }[];
  expect(tags.map(({ Key }) => Key)).toContain('release');
  expect(template1.DependsOn).toContainEqual(expect.stringMatching(/SettingsRelease/));
});
