import { randomInt } from 'node:crypto';
import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Linux alone can end a process with the one that started it, however that ended. */
const TIE = process.platform === 'linux' ? findProgram('setpriv') : undefined;

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

/** Environment that says to which rehearsal a process belongs, where it belongs to one: by it what outlived its owner is found. */
export const MARK = 'STAGECRAFT_REHEARSAL';

/** An environment with that mark, if this process has it. */
export function marked(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [MARK]: mark } = process.env;
  return mark === undefined ? env : { ...env, [MARK]: mark };
}

/** Starts a program that ends when this process does, on Linux however that ends. */
export function startProcess(command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const tied = TIE === undefined ? command : [TIE, '--pdeathsig', 'KILL', ...command];
  // A group of its own, so that Ctrl-C is this process's alone.
  const child = spawn(tied[0], tied.slice(1), { stdio: 'ignore', detached: true, ...options, env: marked(options.env ?? process.env) });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly status: number | null;
  readonly words: string;
}

/** Runs a program to its end. */
export async function runToEnd(program: string, args: readonly string[], options: SpawnOptions): Promise<Outcome> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (words += String(text)));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (status) => {
      resolve({ status, words });
    });
  });
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

/** An address of this machine that nobody else has: a server there may have its usual port. */
export function ownAddress(): string {
  return ['127', ...Array.from({ length: 3 }, () => randomInt(1, 255))].join('.');
}

const TRY_EVERY_MS = 50;

/**
 * Waits until something no longer throws and isn't false, and returns it. Tries are counted, not the clock: a machine that is busy, or
 * that slept meanwhile, gets as many.
 */
export async function eventually<T>(attempt: () => Promise<T> | T, limitMs = 10_000): Promise<T> {
  for (let left = Math.ceil(limitMs / TRY_EVERY_MS); ; left -= 1) {
    try {
      const result = await attempt();
      if (result !== false) return result;
      if (left <= 0) throw new Error(`not so after ${limitMs} ms of waiting: ${attempt.toString()}`);
    } catch (error) {
      if (left <= 0) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
  }
}

/** A process and everything that it started, as long as the system knows who started whom. */
export function familyOf(pid: number): number[] {
  const pairs = run(['ps', '-eo', 'pid=,ppid='])
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  // Children come after their parents often, not always.
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const [child, parent] of pairs) if (family.has(parent)) family.add(child);
  }
  return [...family];
}

/** Sends a signal to a process and to everything that it started. */
export function signalFamily(pid: number, name: NodeJS.Signals): void {
  for (const one of familyOf(pid)) signal(one, name);
}

/** Ends a process by a signal, if it is still there. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

const SLOW_EVERY_MS = 100;
const SLOW_RUNS_MS = 20;
const LOOK_AGAIN_MS = 1_000;

/** Lets a process, and everything that it started, run for a fifth of the time alone. Returns what ends that. */
export function slowDown(pid: number): () => void {
  let family = familyOf(pid);
  const all = (name: NodeJS.Signals): void => {
    for (const one of family) signal(one, name);
  };
  const look = setInterval(() => (family = familyOf(pid)), LOOK_AGAIN_MS);
  const stop = setInterval(() => {
    all('SIGSTOP');
    setTimeout(all, SLOW_EVERY_MS - SLOW_RUNS_MS, 'SIGCONT');
  }, SLOW_EVERY_MS);
  return () => {
    clearInterval(look);
    clearInterval(stop);
    all('SIGCONT');
  };
}
