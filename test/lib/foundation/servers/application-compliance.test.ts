import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { synthesize } from '../../../support/synth';

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs?: { readonly constructPath?: string }[];
}

test('an image with workers of its own brings no finding that the reference application has not', () => {
  const app = mkdtempSync(join(tmpdir(), 'application-'));
  writeFileSync(join(app, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(app, 'Procfile'), 'web: /serve\nmail: /mail\n');
  const synthesized = synthesize({ stage: 5, app });
  const found = [AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks, HIPAASecurityChecks].flatMap(
    (Pack) => (new Pack(synthesized.app).validateScope(synthesized.primary) as { violations: Violation[] }).violations,
  );
  expect(
    found.map(({ ruleName, violatingConstructs }) => [ruleName, violatingConstructs?.map(({ constructPath }) => constructPath)]),
  ).toEqual([]);
});
