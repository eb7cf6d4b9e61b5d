import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Path of a program, looked for in some directories and then on PATH. */
export function findProgram(name: string, directories: readonly string[] = []): string | undefined {
  return [...directories, ...(process.env.PATH ?? '').split(delimiter)].map((directory) => join(directory, name)).find(isExecutable);
}

/** Whether a path can be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a program that ends when the tests do, however they end. */
export function startProcess(command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  // Linux kills it even when the test process is killed itself.
  const tied = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', ...command] : command;
  const child = spawn(tied[0], tied.slice(1), { stdio: 'ignore', ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends a process and says how it ended: its exit code, or the signal. */
export async function stopProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
  limitMs = 10_000,
): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, by) => {
      resolve(code ?? by);
    });
  });
  child.kill(signal);
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const how = await ended;
  clearTimeout(limit);
  return how;
}

/** Runs a program to its end and returns what it printed. */
export function run(command: readonly string[], env?: NodeJS.ProcessEnv): string {
  return execFileSync(command[0], command.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env });
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** Waits until something no longer throws and isn't false, and returns it. */
export async function eventually<T>(attempt: () => Promise<T> | T, limitMs = 10_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      const result = await attempt();
      if (result !== false) return result;
      if (Date.now() > end) throw new Error(`not so after ${limitMs} ms: ${attempt.toString()}`);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
