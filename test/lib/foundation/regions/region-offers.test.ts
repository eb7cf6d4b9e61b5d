import { OfferKind, RegionOffers, Regions } from '../../../../lib';
import { ofType, synthesize } from '../../../support/synth';

const infos = (context: Record<string, unknown>): string[] => {
  const { architecture } = synthesize(context);
  return architecture.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === 'aws:cdk:info')
    .map(({ data }) => String(data));
};

/** All of them in CI; elsewhere one with everything and those that lack something. */
const REGIONS =
  process.env.CI === 'true'
    ? Regions.ALL.filter((region) => region !== 'us-west-1')
    : ['eu-west-1', 'ca-west-1', 'eu-south-1', 'ap-southeast-6'];

describe.each(REGIONS)('%s', (region) => {
  test('stages 1, 4 and 5 name no type and no service that the region lacks', () => {
    for (const stage of [1, 4, 5]) {
      const { resources } = synthesize({ stage, regions: region });
      const of = (type: string) => Object.values(ofType(resources, type)).map(({ Properties }) => Properties);
      const servers = [
        ...of('AWS::EC2::Instance').map(({ InstanceType }) => String(InstanceType)),
        ...of('AWS::EC2::LaunchTemplate').map(({ LaunchTemplateData }) => String(LaunchTemplateData.InstanceType)),
        ...of('AWS::AutoScaling::AutoScalingGroup').flatMap(({ MixedInstancesPolicy }) =>
          (MixedInstancesPolicy.LaunchTemplate.Overrides as { InstanceType: string }[]).map(({ InstanceType }) => InstanceType),
        ),
      ];
      expect(servers.length).toBeGreaterThan(0);
      expect(servers.filter((type) => !RegionOffers.hasType(OfferKind.SERVERS, region, type))).toEqual([]);
      const nodes = of('AWS::ElastiCache::ReplicationGroup').map(({ CacheNodeType }) => String(CacheNodeType).replace('cache.', ''));
      expect(nodes.filter((type) => !RegionOffers.hasType(OfferKind.CACHES, region, type))).toEqual([]);
      if (!RegionOffers.hasService(region, 'fis')) expect(of('AWS::FIS::ExperimentTemplate')).toEqual([]);
    }
  });
});

test('regions that AWS or cfn-lint name without FIS or a default type are in the table so', () => {
  expect(Regions.ALL.filter((region) => !RegionOffers.hasService(region, 'fis')).sort()).toEqual([
    ...['ap-east-2', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7'],
    ...['ca-west-1', 'il-central-1', 'mx-central-1'],
  ]);
  expect(RegionOffers.hasType(OfferKind.SERVERS, 'ca-west-1', 'm7g.large')).toBe(false);
  expect(RegionOffers.hasType(OfferKind.SERVERS, 'eu-west-1', 't4g.medium')).toBe(true);
  expect(RegionOffers.zonesWithout('us-east-1', ['t4g'])).toEqual(['use1-az3']);
});

test('a region without drills says so, and refuses one that was asked for', () => {
  expect(infos({ stage: 4, regions: 'ca-west-1' })).toContainEqual(expect.stringContaining('no drills are made: region ca-west-1'));
  expect(infos({ stage: 4, regions: 'eu-west-1' })).not.toContainEqual(expect.stringContaining('no drills'));
  expect(() => synthesize({ stage: 4, regions: 'ca-west-1', drills: 'kill-server' })).toThrow(
    'drill=kill-server is not possible: region ca-west-1 has no AWS Fault Injection Service',
  );
});

test('zones that lack Graviton are said before the first deploy, unless the zones were chosen', () => {
  expect(infos({ stage: 1 })).toContainEqual(expect.stringContaining('zone use1-az3 of us-east-1 lacks Graviton'));
  expect(infos({ stage: 1, azs: 'us-east-1a,us-east-1b,us-east-1d' })).not.toContainEqual(expect.stringContaining('Graviton'));
});

test.each([
  [
    { stage: 4, regions: 'ca-west-1', size: 'm7g.large' },
    /^instance type m7g\.large is not in ca-west-1 \(.*\): the nearest is m6g\.large$/,
  ],
  [{ stage: 1, size: 't4g.24xlarge' }, /^instance type t4g\.24xlarge is not a size that t4g has: the nearest is t4g\./],
  [{ stage: 1, cidr: '10.1.2.0/24' }, /^cidr=10\.1\.2\.0\/24 is not possible: a private \/16/],
])('refused in one line: %j', (context, line) => {
  expect(() => synthesize(context)).toThrow(line);
});

test('a fleet of small servers has siblings of that size alone', () => {
  const { resources } = synthesize({ stage: 4, size: 't4g.small' });
  const [{ Properties }] = Object.values(ofType(resources, 'AWS::AutoScaling::AutoScalingGroup'));
  expect(Properties.MixedInstancesPolicy.LaunchTemplate.Overrides).toEqual([{ InstanceType: 't4g.small' }]);
});

test('cidr gives the VPC and every subnet another range', () => {
  const { resources } = synthesize({ stage: 4, cidr: '172.20.0.0/16' });
  const ranges = ['AWS::EC2::VPC', 'AWS::EC2::Subnet'].flatMap((type) => Object.values(ofType(resources, type)));
  expect(ranges.filter(({ Properties }) => !String(Properties.CidrBlock).startsWith('172.20.'))).toEqual([]);
});
