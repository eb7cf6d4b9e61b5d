import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../needs';

/** cfn-lint knows the resource types, properties and instance types of each region. CI gives its path; a developer has it on PATH. */
export const LINTER = process.env.CFN_LINT ?? 'cfn-lint';

/** What a test needs that asks it. */
export const LINT_PROGRAM: Program = { name: LINTER, install: 'pip install cfn-lint==1.58.0, or say where it is with CFN_LINT' };

/**
 * What it finds in templates of a region, a line each.
 * @param ignored checks that are not made.
 */
export function lint(region: string, templates: Readonly<Record<string, unknown>>, ignored: readonly string[] = []): string {
  const directory = mkdtempSync(join(tmpdir(), 'lint-'));
  const files = Object.entries(templates).map(([name, template]) => {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const options = ['--regions', region, ...(ignored.length > 0 ? ['--ignore-checks', ...ignored] : []), '--format', 'parseable', '--'];
  const { stdout, stderr } = spawnSync(LINTER, [...options, ...files], { encoding: 'utf8' });
  return stdout + stderr;
}
