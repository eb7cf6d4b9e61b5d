import { execFileSync } from 'node:child_process';
import { Regions } from '../../lib';
import { lint, LINTER, LINT_PROGRAM } from '../support/aws-models/cfn-lint';
import { describeNeeding } from '../support/needs';
import { synthesize } from '../support/synth';

/** Between them they have most resource types and instance types of stages 1 to 5. */
const STAGES = [3, 5];
/** cfn-lint 1.58 has no schemas of this one. */
const UNKNOWN = ['me-south-1'];
/** W is style; the others are about what cfn-lint doesn't know yet: Fn::GetStackOutput, and instance refresh as an update policy. */
const IGNORED = ['W', 'E1001', 'E1010', 'E3016', 'E3055'];

function findings(region: string): string {
  const azs = region === 'us-west-1' ? { azs: 'us-west-1a,us-west-1b,us-west-1c' } : {};
  const templates = STAGES.map((stage) => [`stage-${stage}`, synthesize({ stage, regions: region, ...azs }).template.toJSON()] as const);
  return lint(region, Object.fromEntries(templates), IGNORED);
}

describeNeeding([LINT_PROGRAM], 'the schemas of each region', () => {
  const regions = process.env.CI === 'true' ? Regions.ALL.filter((region) => !UNKNOWN.includes(region)) : ['ca-west-1'];

  test('are there', () => {
    expect(execFileSync(LINTER, ['--version'], { encoding: 'utf8' })).toMatch(/cfn-lint \d/);
  });

  test.each(regions)('%s takes stages 1 to 5', (region) => {
    expect(findings(region)).toBe('');
  });

  test('would refuse what a region lacks', () => {
    const template = { Resources: { Drill: { Type: 'AWS::FIS::ExperimentTemplate', Properties: {} } } };
    expect(lint('ca-west-1', { template })).toContain("does not exist in 'ca-west-1'");
  });
});
