import { Match, Template } from 'aws-cdk-lib/assertions';
import { readable, since } from '../support/snapshot';
import { DOMAIN, type Resource, ofType, satellites, synthesize } from '../support/synth';

const { template, resources, architecture } = synthesize({ stage: 3 });
const withDomain = synthesize({ stage: 3, ...DOMAIN });

test('stage 3: what the primary stack adds to stage 2 and changes', () => {
  expect(since(synthesize({ stage: 2 }).template, template)).toMatchSnapshot();
});

test('stage 3 with a domain: the edge stack', () => {
  const [edge, ...others] = satellites(withDomain);
  expect(others).toEqual([]);
  expect(edge.region).toBe('us-east-1');
  expect(readable(Template.fromStack(edge))).toMatchSnapshot();
});

test('two read replicas by default, as many as -c replicas says otherwise', () => {
  const replicas = (context: object): number =>
    Object.values(ofType(synthesize({ stage: 3, ...context }).resources, 'AWS::RDS::DBInstance')).filter(
      ({ Properties }) => 'SourceDBInstanceIdentifier' in Properties,
    ).length;
  expect([replicas({}), replicas({ replicas: '0' }), replicas({ replicas: '15' })]).toEqual([2, 0, 15]);
});

test('more replicas add resources and change none but the list of readers', () => {
  const more = synthesize({ stage: 3, replicas: '3' }).resources;
  // What a server waits for changes nothing in a server that is there.
  const said = (resource: Resource): string => JSON.stringify({ ...resource, DependsOn: undefined });
  const changed = Object.keys(resources).filter((id) => said(resources[id]) !== said(more[id]));
  expect(changed.map((id) => resources[id].Properties.Name ?? resources[id].Type)).toEqual([
    '/webapp/config/database/readers',
    'AWS::CloudWatch::CompositeAlarm',
    'AWS::CloudWatch::Dashboard',
  ]);
});

test("without a domain the site is served over HTTPS by CloudFront's own name", () => {
  expect(architecture.url).toMatch(/^https:/);
  expect(architecture.edge.cdn?.hostName).toBe(architecture.edge.cdn?.distribution.distributionDomainName);
  expect(satellites(synthesize({ stage: 3 }))).toEqual([]);
});

test('a domain brings a certificate from us-east-1 by a weak reference, never an export', () => {
  const [edge] = satellites(synthesize({ stage: 3, regions: 'eu-west-1', ...DOMAIN }));
  expect(edge.region).toBe('us-east-1');
  withDomain.template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: { Aliases: ['example.com'], ViewerCertificate: { AcmCertificateArn: { 'Fn::GetStackOutput': Match.anyValue() } } },
  });
  expect(JSON.stringify([Template.fromStack(edge).toJSON(), withDomain.template.toJSON()])).not.toMatch(
    /Fn::ImportValue|"Export"|ExportsReader/,
  );
});

test("the origin's record has its final routing policy and set identifier before a second region exists", () => {
  withDomain.template.hasResourceProperties('AWS::Route53::RecordSet', {
    Name: 'origin.example.com.',
    Region: 'us-east-1',
    SetIdentifier: 'us-east-1',
  });
  synthesize({ stage: 3, routing: 'geolocation', ...DOMAIN }).template.hasResourceProperties('AWS::Route53::RecordSet', {
    Name: 'origin.example.com.',
    GeoLocation: { CountryCode: '*' },
    SetIdentifier: 'default',
  });
});

test("the website's own record moves from the server to CloudFront in place", () => {
  const record = (stage: number): [string, unknown][] =>
    Object.entries(ofType(synthesize({ stage, ...DOMAIN }).resources, 'AWS::Route53::RecordSet'))
      .filter(([, { Properties }]) => Properties.Name === 'example.com.' && Properties.Type === 'A')
      .map(([id, { Properties }]) => [id, [Properties.Name, Properties.Type, Properties.SetIdentifier]]);
  expect(record(3)).toEqual(record(2));
});
