import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { main } from '../../../tools/cli';

const COMMAND = join(__dirname, '../../../node_modules/.bin/stagecraft');
/** Neither credentials nor anything that decides about colours. */
const BARE = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_|CI$|NO_COLOR|FORCE_COLOR)/.test(name)));

/** What a command ended with. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does, in a process of its own. */
export function spawned(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(COMMAND, args, { cwd, env: { ...BARE, ...env }, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The exit code so far, as the process would end with it. */
function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** Runs the same command line in this process, which takes a hundredth of the time. */
export async function called(cwd: string, args: readonly string[]): Promise<Outcome> {
  const home = process.cwd();
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  try {
    process.chdir(cwd);
    process.exitCode = undefined;
    await main(args);
    return { status: exitCode(), ...written };
  } finally {
    process.exitCode = undefined;
    process.chdir(home);
    spies.forEach((spy) => {
      spy.mockRestore();
    });
  }
}
