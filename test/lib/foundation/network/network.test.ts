import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Network, NetworkTier, RegionalStack, Regions, SubnetGroup } from '../../../../lib';
import { FLAGS, ofType, resourcesOf } from '../../../support/synth';

const GROUPS = [SubnetGroup.PUBLIC, SubnetGroup.APP, SubnetGroup.DATA];

function network(groups: SubnetGroup[], natGateways?: number, region = 'us-east-1') {
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region });
  const construct = new Network(stack, 'Network', { groups, natGateways });
  return { construct, template: Template.fromStack(stack) };
}

test('the addresses of a /16 are laid out once and for all: a group that appears later finds its own still free', () => {
  const blocks = (groups: SubnetGroup[]): Record<string, string> =>
    Object.fromEntries(
      Object.entries(ofType(resourcesOf(network(groups).template), 'AWS::EC2::Subnet')).map(([id, { Properties }]) => [
        id,
        Properties.CidrBlock,
      ]),
    );
  const all = blocks(GROUPS);
  expect(Object.values(all)).toEqual([
    ...['10.0.0.0/20', '10.0.16.0/20', '10.0.32.0/20'],
    ...['10.0.64.0/19', '10.0.96.0/19', '10.0.128.0/19'],
    ...['10.0.160.0/21', '10.0.168.0/21', '10.0.176.0/21'],
  ]);
  for (const groups of [[SubnetGroup.PUBLIC], [SubnetGroup.PUBLIC, SubnetGroup.DATA], [SubnetGroup.PUBLIC, SubnetGroup.APP]]) {
    expect(all).toEqual(expect.objectContaining(blocks(groups)));
  }
});

test('every region has its own index, so adding one moves no other', () => {
  const indexes = Regions.ALL.map((region) => Regions.plan(region).index);
  expect(new Set(indexes).size).toBe(Regions.ALL.length);
  expect([...indexes].sort((a, b) => a - b)).toEqual(indexes);
  expect(Math.max(...indexes)).toBeLessThan(256);
  expect(network([SubnetGroup.PUBLIC], undefined, 'eu-central-1').construct.cidr).toBe('10.11.0.0/16');
});

test('the address plan of regions that are deployed somewhere is committed here too: changing one replaces a VPC', () => {
  expect(['us-east-1', 'us-west-2', 'eu-west-1', 'ap-southeast-2'].map((region) => Regions.plan(region).index)).toEqual([0, 3, 8, 20]);
  expect(Regions.zones('ca-central-1')).toEqual(['ca-central-1a', 'ca-central-1b', 'ca-central-1d']);
});

test('S3 is reached through a gateway endpoint, which costs nothing', () => {
  network([SubnetGroup.PUBLIC]).template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
});

test('nobody comes in or out by the default security group, and the function that closes it may change that group alone', () => {
  const { template } = network(GROUPS);
  const group = { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkVpc'), 'DefaultSecurityGroup'] };
  template.hasResourceProperties('Custom::VpcRestrictDefaultSG', { DefaultSecurityGroupId: group });
  template.hasResourceProperties('AWS::IAM::Role', {
    Policies: [
      {
        PolicyDocument: Match.objectLike({
          Statement: [
            Match.objectLike({
              Action: Match.arrayWith(['ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress']),
              Resource: [{ 'Fn::Join': ['', Match.arrayWith([':security-group/', group])] }],
            }),
          ],
        }),
        PolicyName: 'Inline',
      },
    ],
  });
});

test('NAT gateways come with the App group alone, one per zone unless fewer are wanted', () => {
  network([SubnetGroup.PUBLIC, SubnetGroup.DATA]).template.resourceCountIs('AWS::EC2::NatGateway', 0);
  network(GROUPS).template.resourceCountIs('AWS::EC2::NatGateway', 3);
  network(GROUPS, 1).template.resourceCountIs('AWS::EC2::NatGateway', 1);
  expect(() => network(GROUPS, 4)).toThrow("natGateways 4 can't be: allowed 1 to 3");
  expect(() => network(GROUPS, 0)).toThrow("natGateways 0 can't be: allowed 1 to 3");
  expect(() => network([SubnetGroup.PUBLIC], 1)).toThrow("natGateways 1 can't be: allowed 0, without the App group");
});

test('asking for a group that does not exist names the groups that do', () => {
  expect(() => network([SubnetGroup.PUBLIC]).construct.subnets(SubnetGroup.DATA)).toThrow(
    /^subnet group Data is not in this network \(Public\)/,
  );
});

test('a stack with fewer than three zones is refused with the remedy', () => {
  const plain = new Stack(new App(), 'Plain', { env: { region: 'us-east-1' } });
  expect(() => new Network(plain, 'Network')).toThrow(
    'the stack has 2 availability zones, three are needed: use RegionalStack, or bring a vpc',
  );
});

test('a VPC that is brought gets no subnets, and its own are found by their type', () => {
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region: 'us-east-1' });
  const vpc = new ec2.Vpc(stack, 'Mine', { maxAzs: 3 });
  const brought = NetworkTier.existing(vpc).bind(stack);
  expect(brought.vpc).toBe(vpc);
  expect(vpc.selectSubnets(brought.subnets(SubnetGroup.APP)).subnetIds).toEqual(vpc.privateSubnets.map(({ subnetId }) => subnetId));
  expect(brought.node.children).toEqual([]);
});

test('a network tier without public subnets is refused: every architecture has a public entry', () => {
  expect(() => NetworkTier.vpc({ groups: [SubnetGroup.DATA] })).toThrow(/lack Public/);
});

test('zones must be three of the region', () => {
  const stack = (zones: string[]) => () => new RegionalStack(new App(), 'Test', { region: 'us-east-1', zones });
  expect(stack(['us-east-1a', 'us-east-1b'])).toThrow(/must be three different zones of us-east-1/);
  expect(stack(['us-east-1a', 'us-east-1b', 'us-west-2a'])).toThrow(/must be three different zones of us-east-1/);
  expect(stack(['us-east-1a', 'us-east-1b', 'us-east-1f'])).not.toThrow();
});
