import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
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
  { stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1', database: 'cluster', replicas: 2, sessions: 'dynamodb' },
  ...[2, 3, 4, 5].map((stage) => ({ stage, from: stage - 1 })),
  { stage: 5, database: 'cluster', fromDatabase: 'instance' },
  { stage: 6, from: 5, ...DOMAIN, regions: 'us-east-1,eu-west-1' },
  // What a cheaper profile causes; NAT instance, no standby, no alarms.
  ...[1, 2, 4, 5].map((stage) => ({ stage, profile: 'lesson', ...(stage === 4 && { sessions: 'dynamodb' }) })),
  { stage: 3, profile: 'lesson', ...DOMAIN },
  { stage: 6, profile: 'lesson', ...DOMAIN, regions: 'us-east-1,eu-west-1' },
  ...[2, 3, 5].map((stage) => ({ stage, profile: 'start' })),
  { stage: 3, ...DOMAIN, logLock: 'governance:365' },
  ...[2, 5].map((stage) => ({ stage, awake: 'Mon-Fri 08:00-18:00 Europe/Berlin' })),
];

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

test('docs/acknowledgements.md lists every acknowledgement with its reason', () => {
  expectGenerated(join(__dirname, '../../docs/acknowledgements.md'), acknowledgements(CONTEXTS.map((context) => synthesize(context).app)));
});

test.each(['RDSMultiAZSupport', 'RDS3', 'RDS10', 'RDSInstanceDeletionProtectionEnabled', 'EC28', 'EC2InstanceDetailedMonitoringEnabled'])(
  'a lesson acknowledges %s, and a production does not',
  (rule) => {
    const list = (context: Record<string, unknown>): string => acknowledgements([synthesize(context).app]);
    const named = new RegExp(`\\b${rule}\\b`);
    expect(list({ stage: 2, profile: 'lesson' })).toMatch(named);
    expect(list({ stage: 2 })).not.toMatch(named);
  },
);

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs?: { readonly constructPath: string }[];
}

interface Report {
  readonly pluginReports: {
    readonly violations: { readonly ruleName: string; readonly description: string; readonly severity: string }[];
  }[];
}
