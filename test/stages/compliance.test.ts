import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { CONTEXTS } from '../support/acknowledgements';
import { satellites, synthesize } from '../support/synth';

process.env.CDK_VALIDATION = 'true';

/** `npm test` looks at the last stage with a single server and at the last of all, which have every construct between them; CI at everything. */
const CHECKED =
  process.env.CI === 'true'
    ? CONTEXTS
    : CONTEXTS.filter(({ stage, ...more }) => [3, 6].includes(stage) && 'domain' in more && !('from' in more));

const PACKS = [AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks, HIPAASecurityChecks];

test.each(CHECKED)('AwsSolutions, NIST 800-53, PCI DSS and HIPAA find nothing that is not acknowledged: %j', (context) => {
  const synthesized = synthesize(context);
  const found = [synthesized.primary, ...satellites(synthesized)].flatMap((stack) =>
    PACKS.flatMap((Pack) => (new Pack(synthesized.app).validateScope(stack) as { violations: Violation[] }).violations),
  );
  expect(
    found.map(({ ruleName, violatingConstructs }) => [ruleName, violatingConstructs?.map(({ constructPath }) => constructPath)]),
  ).toEqual([]);
});

test.each(CHECKED)('CloudFormation Validate finds nothing that is not acknowledged: %j', (context) => {
  const { app } = synthesize(context);
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as Report;
  const open = report.pluginReports.flatMap(({ violations }) => violations.filter(({ severity }) => severity !== 'info'));
  expect(open.map(({ ruleName, description }) => `${ruleName}: ${description}`)).toEqual([]);
});

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs?: { readonly constructPath: string }[];
}

interface Report {
  readonly pluginReports: {
    readonly violations: { readonly ruleName: string; readonly description: string; readonly severity: string }[];
  }[];
}
