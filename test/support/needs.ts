import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** A program that a test runs, and how to get it. */
export interface Program {
  readonly name: string;
  readonly install: string;
}

/** Notes why something is skipped; the end of the run says it (skips.js). */
export function skipped(reason: string): void {
  if (process.env.SKIPS !== undefined) appendFileSync(process.env.SKIPS, `${reason}\n`);
}

/** Tests that take their time run in CI alone, and wherever somebody says `CI=true`. */
export const testInCi = process.env.CI === 'true' ? test : test.skip;

/** Suites that take their time: what `body` describes runs in CI alone; elsewhere it is skipped. */
export function describeInCi(title: string, body: () => void): void {
  if (process.env.CI === 'true') {
    body();
    return;
  }
  skipped('it takes its time: CI=true runs it');
  describe.skip(title, () => {
    test.todo('runs with CI=true');
  });
}

/**
 * `describe` for tests that run other programs. Where one is missing they are skipped, and the end of the run says what to install;
 * with CI=true a missing program fails them instead, so that CI never passes by skipping.
 */
export function describeNeeding(programs: Program[], title: string, body: () => void): void {
  const missing = programs.filter(({ name }) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const remedy = missing.map(({ name, install }) => `${name} is not installed: ${install}`).join('; ');
  if (process.env.CI === 'true') {
    test(title, () => {
      throw new Error(remedy);
    });
  } else {
    skipped(remedy);
    describe.skip(title, body);
  }
}

/** A program of a Debian package. */
export const apt = (name: string, debianPackage = name): Program => ({ name, install: `apt-get install ${debianPackage}` });

/** Programs by what they are for. */
export const SHELLCHECK = apt('shellcheck');
export const ZIP = [apt('zip'), apt('unzip'), apt('flock', 'util-linux')];
