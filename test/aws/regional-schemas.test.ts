import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Regions } from '../../lib';
import { LINTER, LINT_PROGRAM } from '../support/aws-models/cfn-lint';
import { describeNeeding } from '../support/needs';
import { synthesize } from '../support/synth';

/** Between them they have most resource types and instance types of stages 1 to 5. */
const STAGES = [3, 5];
/** cfn-lint 1.58 has no schemas of this one. */
const UNKNOWN = ['me-south-1'];
/** W is style; the others are about what cfn-lint doesn't know yet: Fn::GetStackOutput, and instance refresh as an update policy. */
const IGNORED = ['W', 'E1001', 'E1010', 'E3016', 'E3055'];

function findings(region: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'lint-'));
  const files = STAGES.map((stage) => {
    const azs = region === 'us-west-1' ? { azs: 'us-west-1a,us-west-1b,us-west-1c' } : {};
    const { template } = synthesize({ stage, regions: region, ...azs });
    const file = join(directory, `stage-${stage}.json`);
    writeFileSync(file, JSON.stringify(template.toJSON()));
    return file;
  });
  const { stdout, stderr } = spawnSync(
    LINTER,
    ['--regions', region, '--ignore-checks', ...IGNORED, '--format', 'parseable', '--', ...files],
    {
      encoding: 'utf8',
    },
  );
  return stdout + stderr;
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
    const directory = mkdtempSync(join(tmpdir(), 'lint-'));
    const file = join(directory, 'lacking.json');
    writeFileSync(file, JSON.stringify({ Resources: { Drill: { Type: 'AWS::FIS::ExperimentTemplate', Properties: {} } } }));
    const { stdout } = spawnSync(LINTER, ['--regions', 'ca-west-1', '--format', 'parseable', '--', file], { encoding: 'utf8' });
    expect(stdout).toContain("does not exist in 'ca-west-1'");
  });
});
