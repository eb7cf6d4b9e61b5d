import { Match } from 'aws-cdk-lib/assertions';
import { since } from '../support/snapshot';
import { type Resource, ofType, synthesize } from '../support/synth';

const { template, resources } = synthesize({ stage: 2 });

test('stage 2: what the primary stack adds to stage 1 and changes', () => {
  expect(since(synthesize({ stage: 1 }).template, template)).toMatchSnapshot();
});

test('the database stands in isolated subnets: their route tables have no route out', () => {
  const [group] = Object.values(ofType(resources, 'AWS::RDS::DBSubnetGroup'));
  const subnets = (group.Properties.SubnetIds as { Ref: string }[]).map(({ Ref }) => Ref);
  expect(subnets).toHaveLength(3);
  const tables = Object.values(ofType(resources, 'AWS::EC2::SubnetRouteTableAssociation'))
    .filter(({ Properties }) => subnets.includes(Properties.SubnetId.Ref))
    .map(({ Properties }) => Properties.RouteTableId.Ref as string);
  expect(tables).toHaveLength(3);
  const routed = Object.values(ofType(resources, 'AWS::EC2::Route')).map(({ Properties }) => Properties.RouteTableId.Ref as string);
  expect(tables.filter((table) => routed.includes(table))).toEqual([]);
});

/** Without what they wait for, which changes nothing in what is there. */
function definitions(of: Record<string, Resource>, type: string): [string, object][] {
  return Object.entries(ofType(of, type)).map(([id, resource]) => [id, { ...resource, DependsOn: undefined }]);
}

test('the web server stays where it was: public, with the address and the volume of stage 1', () => {
  const before = synthesize({ stage: 1 }).resources;
  for (const type of ['AWS::EC2::Instance', 'AWS::EC2::EIP', 'AWS::EC2::EIPAssociation', 'AWS::EC2::Volume', 'AWS::EC2::LaunchTemplate']) {
    expect(definitions(resources, type)).toEqual(definitions(before, type));
  }
});

test('the application is told where the database is, by its name and its secret', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/webapp/config/database/writer',
    Value: {
      'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('DatabaseInstance'), 'Endpoint.Address'] }, ':', Match.anyValue()]],
    },
  });
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/webapp/config/database/secret' });
});

test('still no NAT gateway', () => {
  template.resourceCountIs('AWS::EC2::NatGateway', 0);
});
