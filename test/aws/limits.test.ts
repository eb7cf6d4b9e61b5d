import { resolveStacks } from '../../tools/resolve/resolve';
import { synthesizeStage } from '../../tools/shared/synthesize';
import type { StackTemplate } from '../../tools/shared/template';
import { lint, LINT_PROGRAM } from '../support/aws-models/cfn-lint';
import { sizesOf } from '../support/aws-models/sizes';
import { DOMAIN } from '../support/context';
import { describeNeeding } from '../support/needs';

/** The longest name that a deployment can have, in a region with a name as long as any. */
const LONGEST = { name: 'abcdefghijklmnopqrst', regions: 'ap-southeast-2' };
const CONTEXTS: readonly Readonly<Record<string, string>>[] = [
  { stage: '1', ...LONGEST },
  { stage: '2', from: '1', ...LONGEST, drills: 'fail-over-database', alarmEmail: 'team@example.com' },
  { stage: '4', from: '3', ...LONGEST, ...DOMAIN, waf: 'true', drills: 'kill-server' },
  { stage: '5', from: '4', ...LONGEST, shards: '16', drills: 'poison-jobs', budget: '900' },
  { stage: '6', ...LONGEST, ...DOMAIN, regions: 'ap-southeast-2,ap-northeast-1' },
];
const deployments = new Map<string, StackTemplate[]>();

/** As CloudFormation reads it, in an account. */
function deployment(context: Readonly<Record<string, string>>): StackTemplate[] {
  const key = JSON.stringify(context);
  const stacks = deployments.get(key) ?? resolveStacks(synthesizeStage(context).map((stack) => ({ ...stack, account: '123456789012' })));
  deployments.set(key, stacks);
  return stacks;
}

test.each(CONTEXTS)('%j: nothing is larger than AWS takes', (context) => {
  const sizes = deployment(context).flatMap(sizesOf);
  expect(sizes.filter(({ size, limit }) => size > limit)).toEqual([]);
  expect(Math.max(...sizes.filter(({ what }) => what.includes('user data')).map(({ size }) => size))).toBeGreaterThan(5_000);
});

test('what is too large is found', () => {
  const Properties = { UserData: { 'Fn::Base64': { 'Fn::Join': ['', ['x'.repeat(16_300), { Ref: 'A' }]] } } };
  const template = { Resources: { Server: { Type: 'AWS::EC2::Instance', Properties } } };
  expect(sizesOf({ name: 'a', template }).filter(({ size, limit }) => size > limit)).toEqual([
    { what: 'a: user data of Server', size: 16_400, limit: 16_384 },
  ]);
});

describeNeeding([LINT_PROGRAM], 'names', () => {
  /** Lengths and patterns of texts, and what it can't read; the rest is asked with the names that people use, region by region. */
  function findings(stacks: readonly StackTemplate[]): string {
    return stacks
      .flatMap(({ name, region = 'us-east-1', template }) => lint(region, { [name]: template }, ['W']).split('\n'))
      .filter((line) => !/:[EI]\d{4}:/.test(line) || /:E303[13]:/.test(line))
      .join('\n')
      .trim();
  }

  test.each(process.env.CI === 'true' ? CONTEXTS : CONTEXTS.slice(0, 1))('%j: each is as short as AWS wants it', (context) => {
    expect(findings(deployment(context))).toBe('');
  });

  test('a longer one is found', () => {
    const template = { Resources: { Server: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceIdentifier: 'x'.repeat(64) } } } };
    expect(findings([{ name: 'a', region: 'us-east-1', template }])).toContain('is longer than 63');
  });
});
