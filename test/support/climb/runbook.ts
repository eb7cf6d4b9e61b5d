import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { motoProgram } from '../moto';
import { type Program } from '../needs';
import { postgresPrograms } from '../postgres';
import { findProgram, startProcess } from '../processes';

const BRIDGE = join(__dirname, '../../../lib/climb');

/** The AWS CLI, on PATH or beside moto. */
export function awsProgram(): string | undefined {
  const moto = motoProgram();
  return findProgram('aws', moto === undefined ? [] : [dirname(moto)]);
}

/** A runbook runs as root, because it becomes `postgres`, and asks AWS with its CLI. */
export const ON_A_SERVER: Program[] = [
  ...(process.getuid?.() === 0 ? [] : [{ name: 'root', install: 'run the tests as root' }]),
  { name: awsProgram() ?? 'aws', install: 'pip install awscli, beside moto or on PATH' },
];

/** How a step ended. */
export interface Outcome {
  /** Exit code; none when it was killed. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A runbook as Systems Manager runs it: one text of several files, a process for each step, as root. */
export class Runbook {
  /** Commands that systemd was given. */
  public readonly calls: string;
  private readonly script: string;
  private readonly environment: NodeJS.ProcessEnv;

  /**
   * @param files of `lib/climb/`, in order.
   * @param directory an empty one of its own is made there.
   */
  public constructor(files: readonly string[], directory: string, environment: Readonly<Record<string, string>>) {
    const home = mkdtempSync(join(directory, 'runbook-'));
    this.script = join(home, 'script.sh');
    this.calls = join(home, 'calls');
    writeFileSync(this.calls, '');
    const text = ['#!/bin/bash', ...files.map((file) => readFileSync(join(BRIDGE, file), 'utf8')), 'main "$1"', ''];
    writeFileSync(this.script, text.join('\n'));
    // There is no systemd here: what it would be told is written down.
    writeFileSync(join(home, 'systemctl'), `#!/bin/sh\necho "$*" >>${this.calls}\n`, { mode: 0o755 });
    const directories = [
      home,
      ...(environment.PROGRAMS ? [environment.PROGRAMS] : []),
      dirname(awsProgram() ?? ''),
      postgresPrograms() ?? '',
      process.env.PATH ?? '',
    ];
    this.environment = { PATH: directories.join(':'), HOME: home, AWS_DEFAULT_REGION: 'us-east-1', ...environment };
  }

  /**
   * Runs a step to its end.
   * @param killedWhen true when its process is to be killed, and only that: what it started lives on, as on a server.
   */
  public async step(name: string, killedWhen?: () => Promise<boolean>): Promise<Outcome> {
    const child = startProcess(['bash', this.script, name], {
      env: { ...this.environment, LABEL: name },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { output: '', errors: '' };
    child.stdout?.on('data', (data) => (texts.output += String(data)));
    child.stderr?.on('data', (data) => (texts.errors += String(data)));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    while (killedWhen && child.exitCode === null && child.signalCode === null) {
      if (await killedWhen()) child.kill('SIGKILL');
      // Also behind a kill: its end is only seen in between.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const code = await ended;
    // A moment for what is still in the pipes; they stay open as long as an orphan does.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { code, ...texts };
  }

  /** Runs steps that must all end well, and returns what they printed. */
  public async steps(...names: string[]): Promise<string> {
    let output = '';
    for (const name of names) {
      const outcome = await this.step(name);
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
