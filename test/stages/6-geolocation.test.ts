import { Template } from 'aws-cdk-lib/assertions';
import { DOMAIN, type Resource, ofType, resourcesOf, synthesize } from '../support/synth';

test('geolocation: one record a place; who has none, or whose region is dark, gets the nearest that is ready', () => {
  const geo = synthesize({
    stage: 6,
    ...DOMAIN,
    regions: 'us-east-1,eu-west-1',
    routing: 'geolocation',
    places: 'eu-west-1:Europe,eu-west-1:TR',
  });
  const records = (resources: Record<string, Resource>): unknown[] =>
    Object.values(ofType(resources, 'AWS::Route53::RecordSet'))
      .filter(({ Properties }) => /^(?:nearest\.)?balancer\.origin\.example\.com\.$/.test(String(Properties.Name)))
      .map(({ Properties: { Name, SetIdentifier, GeoLocation, Region } }) => [Name, SetIdentifier, GeoLocation ?? Region]);
  const nearest = 'nearest.balancer.origin.example.com.';
  const chosen = 'balancer.origin.example.com.';
  expect(records(geo.resources)).toEqual([
    [nearest, 'us-east-1', 'us-east-1'],
    [chosen, 'default', { CountryCode: '*' }],
  ]);
  const byDefault = Object.values(ofType(geo.resources, 'AWS::Route53::RecordSet')).find(
    ({ Properties }) => Properties.SetIdentifier === 'default',
  )!;
  const { Properties } = byDefault;
  expect(Properties.AliasTarget).toMatchObject({ EvaluateTargetHealth: true });
  expect(Properties.HealthCheckId).toBeUndefined();
  expect(records(resourcesOf(Template.fromStack(geo.further[0].stack)))).toEqual([
    [nearest, 'eu-west-1', 'eu-west-1'],
    [chosen, 'eu-west-1-Europe', { ContinentCode: 'EU' }],
    [chosen, 'eu-west-1-TR', { CountryCode: 'TR' }],
  ]);
});
