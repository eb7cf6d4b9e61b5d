import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { RegionalStack, WebFirewall, type WebFirewallProps } from '../../../../lib';
import { FLAGS, DOMAIN, ofType, resourcesOf, satellites, synthesize } from '../../../support/synth';

function firewall(props: Partial<WebFirewallProps> = {}, region = 'us-east-1') {
  const app = new App({ context: FLAGS });
  const stack = new RegionalStack(app, 'Test', { region });
  new WebFirewall(stack, 'Firewall', { name: 'shop', ...props });
  return { app, stack, template: Template.fromStack(stack) };
}

test('one address may send so much, and four groups of rules look at the rest; pictures are counted, not refused', () => {
  const { template } = firewall({ requestsPerAddress: 500 });
  const [{ Properties }] = Object.values(ofType(resourcesOf(template), 'AWS::WAFv2::WebACL'));
  expect(Properties).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
  const rules = Properties.Rules as { Name: string; Priority: number; Statement: Record<string, Record<string, unknown>> }[];
  expect(rules.map(({ Name, Priority }) => [Priority, Name])).toEqual([
    [0, 'TooManyRequests'],
    [1, 'AmazonIpReputationList'],
    [2, 'KnownBadInputsRuleSet'],
    [3, 'CommonRuleSet'],
    [4, 'SQLiRuleSet'],
  ]);
  expect(rules[0]).toMatchObject({
    Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
    Statement: { RateBasedStatement: { Limit: 500, AggregateKeyType: 'IP' } },
  });
  expect(rules[3].Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual([
    { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
    { Name: 'CrossSiteScripting_BODY', ActionToUse: { Count: {} } },
  ]);
});

test('what was refused is logged for a month, without cookies, and only this account may deliver it', () => {
  const { template } = firewall();
  template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: 'aws-waf-logs-shop', RetentionInDays: 30 });
  template.hasResource('AWS::WAFv2::LoggingConfiguration', {
    Properties: {
      RedactedFields: [{ SingleHeader: { Name: 'cookie' } }, { SingleHeader: { Name: 'authorization' } }],
      LoggingFilter: Match.objectLike({ DefaultBehavior: 'DROP' }),
      LogDestinationConfigs: [{ 'Fn::Join': ['', Match.arrayWith([':log-group:', { Ref: Match.stringLikeRegexp('^FirewallLog') }])] }],
    },
    DependsOn: [Match.stringLikeRegexp('^FirewallLogPolicy')],
  });
  const [{ Properties }] = Object.values(ofType(resourcesOf(template), 'AWS::Logs::ResourcePolicy'));
  expect(JSON.stringify(Properties.PolicyDocument)).toContain('aws:SourceAccount');
});

test('rule packs find nothing in it that is not acknowledged', () => {
  const { app, stack } = firewall();
  const found = [NIST80053R5Checks, PCIDSS321Checks, HIPAASecurityChecks].flatMap((Pack) =>
    (new Pack(app).validateScope(stack) as { violations: { ruleName: string }[] }).violations.map(({ ruleName }) => ruleName),
  );
  expect(found).toEqual([]);
});

test('it stands in us-east-1, and counts what WAF counts', () => {
  expect(() => firewall({}, 'eu-west-1')).toThrow("a firewall of a CDN can't be in eu-west-1: make it in a stack in us-east-1");
  expect(() => firewall({ requestsPerAddress: 5 })).toThrow('requestsPerAddress 5 is not possible: WAF allows 10 to 2000000000');
});

test.each([
  ['without a domain', {}],
  ['with one', DOMAIN],
])('-c waf=true %s puts it before the CDN, in a stack that is deployed first', (_, more) => {
  const synthesized = synthesize({ stage: 3, regions: 'eu-west-1', waf: 'true', ...more });
  const [edge] = satellites(synthesized);
  expect(edge.stackName).toBe('webapp-eu-west-1-edge');
  Template.fromStack(edge).resourceCountIs('AWS::WAFv2::WebACL', 1);
  expect(synthesized.primary.dependencies).toContain(edge);
  const [{ Properties }] = Object.values(ofType(synthesized.resources, 'AWS::CloudFront::Distribution'));
  expect(JSON.stringify(Properties.DistributionConfig.WebACLId)).toContain('webapp-eu-west-1-edge');
});

test('where there is no CDN it is not used, and that is said', () => {
  const { primary } = synthesize({ stage: 1, waf: 'true' });
  expect(satellites(synthesize({ stage: 1, waf: 'true' }))).toEqual([]);
  const said = primary.node.metadata.map(({ data }) => String(data));
  expect(said.join('\n')).toContain('waf is not used at stage 1');
});
