import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsProgram, type StepOutcome, StepRunner } from '../../../tools/servers/runbook';
import { brief } from '../../../lib/climb/shell-text';
import type { Program } from '../needs';

export { awsProgram };

const BRIDGE = join(__dirname, '../../../lib/climb');

/** A runbook runs as root, because it becomes `postgres`, and asks AWS with its CLI. */
export const ON_A_SERVER: Program[] = [
  ...(process.getuid?.() === 0 ? [] : [{ name: 'root', install: 'run the tests as root' }]),
  { name: awsProgram() ?? 'aws', install: 'pip install awscli, beside moto or on PATH' },
];

/** A runbook of this repository. */
export class Runbook extends StepRunner {
  /**
   * @param files of `lib/climb/`, in order.
   * @param directory an empty one of its own is made there.
   */
  public constructor(files: readonly string[], directory: string, environment: Readonly<Record<string, string>>) {
    const texts = files.map((file) => brief(readFileSync(join(BRIDGE, file), 'utf8')));
    super(['#!/bin/bash', ...texts, 'main "$1"', ''].join('\n'), directory, environment);
  }

  /** Runs a step that waits for each call as long as a busy machine may need; others give up soon, so that tests see what they do then. */
  public async patiently(name: string): Promise<StepOutcome> {
    return this.step(name, undefined, { CALL_SECONDS: '60' });
  }

  /** Runs steps that must all end well, and returns what they printed. */
  public async steps(...names: string[]): Promise<string> {
    let output = '';
    for (const name of names) {
      const outcome = await this.patiently(name);
      expect({ name, ...outcome }).toEqual({ name, code: 0, output: outcome.output, errors: '' });
      output += outcome.output;
    }
    return output;
  }

  /** Runs a step that must fail, and returns the one line that it says. */
  public async refusal(name: string): Promise<string> {
    const { code, errors } = await this.step(name);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^runbook: [^\n]+\n$/)]);
    return errors.slice('runbook: '.length).trimEnd();
  }
}
