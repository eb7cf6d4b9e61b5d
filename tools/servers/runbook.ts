import { mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { motoProgram } from './moto';
import { postgresPrograms } from './postgres';
import { findProgram, startProcess } from './processes';

/** The AWS CLI, on PATH or beside moto. */
export function awsProgram(): string | undefined {
  const moto = motoProgram();
  return findProgram('aws', moto === undefined ? [] : [dirname(moto)]);
}

/** How a step ended. */
export interface StepOutcome {
  /** Exit code; none when it was killed. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A runbook as Systems Manager runs it: one text of shell, a process for each step, as root. */
export class StepRunner {
  /** Commands that systemd was given. */
  public readonly calls: string;
  /** A directory of its own, which goes before all others on its PATH. */
  protected readonly home: string;
  private readonly script: string;
  private readonly environment: NodeJS.ProcessEnv;

  /**
   * @param text what `bash` runs, with the step as its argument.
   * @param directory an empty one of its own is made there.
   */
  public constructor(text: string, directory: string, environment: Readonly<Record<string, string>>) {
    this.home = mkdtempSync(join(directory, 'runbook-'));
    this.script = join(this.home, 'script.sh');
    this.calls = join(this.home, 'calls');
    writeFileSync(this.calls, '');
    writeFileSync(this.script, text);
    // There is no systemd here: what it would be told is written down.
    this.standIn('systemctl', `echo "$*" >>${this.calls}`);
    const directories = [
      this.home,
      ...(environment.PROGRAMS ? [environment.PROGRAMS] : []),
      dirname(awsProgram() ?? ''),
      postgresPrograms() ?? '',
      process.env.PATH ?? '',
    ];
    this.environment = { PATH: directories.join(':'), HOME: this.home, AWS_DEFAULT_REGION: 'us-east-1', ...environment };
  }

  /**
   * Runs a step to its end.
   * @param killedWhen true when its process is to be killed, and only that: what it started lives on, as on a server.
   * @param more variables of this step alone.
   */
  public async step(name: string, killedWhen?: () => Promise<boolean>, more: Readonly<Record<string, string>> = {}): Promise<StepOutcome> {
    const child = startProcess(['bash', this.script, name], {
      env: { ...this.environment, ...more, LABEL: name },
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

  /** A program that does something else for this runbook. */
  protected standIn(program: string, text: string): void {
    writeFileSync(join(this.home, program), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  }
}
