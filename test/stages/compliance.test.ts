import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgements } from '../support/acknowledgements';
import { expectGenerated } from '../support/generated-file';
import { DOMAIN, satellites, synthesize } from '../support/synth';

process.env.CDK_VALIDATION = 'true';

const CONTEXTS = [
  ...[1, 2, 3, 4, 5].flatMap((stage) => [{ stage }, { stage, ...DOMAIN }]),
  {
    stage: 6,
    ...DOMAIN,
    regions: 'us-east-1,eu-west-1',
    shards: 17,
    drills: 'kill-server,fail-shard',
    budget: 9000,
    alarmEmail: 'a@example.com',
  },
  ...[2, 3, 4, 5].map((stage) => ({ stage, from: stage - 1 })),
  { stage: 6, from: 5, ...DOMAIN, regions: 'us-east-1,eu-west-1' },
];

/** `npm test` looks at the last stage with a single server and at the last of all, which have every construct between them; CI at everything. */
const CHECKED =
  process.env.CI === 'true'
    ? CONTEXTS
    : CONTEXTS.filter(({ stage, ...more }) => [3, 6].includes(stage) && 'domain' in more && !('from' in more));

test.each(CHECKED)('AwsSolutions finds nothing that is not acknowledged beside its construct: %j', (context) => {
  const synthesized = synthesize(context);
  for (const stack of [synthesized.primary, ...satellites(synthesized)]) {
    const { violations } = new AwsSolutionsChecks(synthesized.app).validateScope(stack) as { violations: { ruleName: string }[] };
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
  }
});

test.each(CHECKED)('CloudFormation Validate finds nothing that is not acknowledged: %j', (context) => {
  const { app } = synthesize(context);
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as Report;
  const open = report.pluginReports.flatMap(({ violations }) => violations.filter(({ severity }) => severity !== 'info'));
  expect(open.map(({ ruleName, description }) => `${ruleName}: ${description}`)).toEqual([]);
});

test('docs/acknowledgements.md lists every acknowledgement with its reason', () => {
  expectGenerated(join(__dirname, '../../docs/acknowledgements.md'), acknowledgements(CONTEXTS.map((context) => synthesize(context).app)));
});

interface Report {
  readonly pluginReports: {
    readonly violations: { readonly ruleName: string; readonly description: string; readonly severity: string }[];
  }[];
}
