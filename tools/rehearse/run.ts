import { createServer } from 'node:net';
import { cpus } from 'node:os';
import { BadInput } from '../shared/bad-input';
import { lookOf } from '../shared/output';
import type { RehearseOptions } from './arguments';
import { check } from './check';
import { climb } from './climb';
import { KEYS, Keyboard } from './console';
import { Directory, usualDirectory } from './directory';
import { requirePrograms } from './programs';
import { Rehearsal, type Synthesize } from './rehearsal';
import { HEAD, IMITATED, numbersAsText, reportAsText } from './text';

const BROKEN = 2;

/** What a rehearsal says while it goes on; results go to standard output. */
interface Voice {
  readonly say: (line: string) => void;
  readonly write: (value: object, text: string) => void;
}

/** Does what `stagecraft rehearse` was asked for. */
export async function runRehearse(text: string, options: RehearseOptions): Promise<void> {
  const asked = { ...options.context, ...(options.app !== undefined && { app: options.app }) };
  const { HIGHEST_STAGE, synthesizeStage } = await import('../shared/synthesize');
  const stage = wholeNumber('stage', text, 1, HIGHEST_STAGE);
  const last = options.climb === undefined ? stage : wholeNumber('--climb', options.climb, stage + 1, HIGHEST_STAGE - 1);
  const users = wholeNumber('--users', options.users, 0, 5_000);
  const seconds = options.seconds === undefined ? undefined : wholeNumber('--seconds', options.seconds, 1, 86_400);
  const port = wholeNumber('--port', options.port, 1, 65_535);
  if (asked.app !== undefined && (options.climb !== undefined || options.check === true))
    throw new BadInput('--app does not go with --climb or --check: people of the reference application do not know yours');
  if (options.check === true && seconds !== undefined)
    throw new BadInput('--check and --seconds do not go together: a check ends by itself');
  requirePrograms();
  await requirePort(port);
  const synthesize: Synthesize = (to, from, directory) =>
    synthesizeStage({ ...asked, stage: String(to), ...(from !== undefined && { from: String(from) }) }, directory);

  const directory = new Directory(options.directory ?? usualDirectory());
  await directory.take();
  const voice = voiceOf(options.json === true);
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(name, () => {
        resolve('interrupted');
      });
  });
  let rehearsal: Rehearsal | undefined;
  const work = async (): Promise<void> => {
    rehearsal = await Rehearsal.start(stage, synthesize, directory.path, port, voice.say);
    if (asked.app !== undefined) await show(rehearsal, voice, seconds);
    else if (options.check === true) {
      const report = await check(rehearsal, last, voice.say);
      voice.write(report, reportAsText(report, lookOf(undefined)));
      if (!report.held) process.exitCode = BROKEN;
    } else await use(rehearsal, { users, last, seconds }, voice);
  };
  try {
    await Promise.race([work(), interrupted]);
  } finally {
    voice.say('ending');
    await rehearsal?.stop().catch(() => undefined);
    await directory.clear();
  }
  // What was interrupted may still wait for something that is gone.
  process.exit();
}

/** An application of somebody's own: it is there, and nobody is sent. */
async function show({ deployment }: Rehearsal, { write }: Voice, seconds: number | undefined): Promise<void> {
  write({ ready: deployment.url }, `${deployment.url}\n${IMITATED}\nCtrl-C ends it.\n`);
  await pause((seconds ?? 86_400) * 1_000);
}

/** People use the reference application, numbers are said once a second, and somebody at a keyboard breaks things. */
async function use(
  rehearsal: Rehearsal,
  { users, last, seconds }: { readonly users: number; readonly last: number; readonly seconds?: number },
  { say, write }: Voice,
): Promise<void> {
  await rehearsal.settle();
  await rehearsal.traffic.setUsers(users);
  const isWatched = process.stdin.isTTY && process.stdout.isTTY;
  write(
    { ready: rehearsal.deployment.url, stage: rehearsal.stage },
    `${rehearsal.deployment.url}\n${IMITATED}\n${isWatched ? `${KEYS}\n` : ''}`,
  );
  const keyboard = isWatched ? new Keyboard(rehearsal, say) : undefined;
  const end = seconds === undefined ? Infinity : Date.now() + seconds * 1_000;
  const leaving = new AbortController();
  const climbing = (async () => {
    while (rehearsal.stage < last) {
      const one = await climb(rehearsal, say);
      write({ climb: one }, `climbed from ${one.from} to ${one.to}: writes paused for ${one.pause.toFixed(1)} s\n`);
      if (one.failed !== undefined) throw new BadInput(`the climb stopped: ${one.failed}`);
    }
  })();
  climbing.catch(() => undefined);
  void keyboard?.left.then(() => {
    leaving.abort();
  });
  for (let line = 0; !leaving.signal.aborted && Date.now() < end; line++) {
    await Promise.race([pause(1_000), keyboard?.left].filter((one) => one !== undefined));
    const numbers = await rehearsal.meters.read();
    write(numbers, `${line % 20 === 0 ? `${keyboard ? `${keyboard.legend()}\n` : ''}${HEAD}\n` : ''}${numbersAsText(numbers)}\n`);
  }
  keyboard?.end();
  if (last > rehearsal.stage || seconds !== undefined) await climbing;
}

function voiceOf(isJson: boolean): Voice {
  const begin = Date.now();
  return {
    say: (line) => process.stderr.write(`${((Date.now() - begin) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`),
    write: (value, text) =>
      process.stdout.write(isJson ? `${JSON.stringify({ ...value, ...('claims' in value && { cpus: cpus().length }) })}\n` : text),
  };
}

function wholeNumber(what: string, text: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new BadInput(
    `${what} ${text === '' ? '""' : text} is not possible: allowed are ${least} to ${most}; type npx stagecraft rehearse --help`,
  );
}

async function requirePort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', ({ message }) => {
      reject(new BadInput(`port ${port} can not be used (${message}): type --port ${port + 1}`));
    });
    server.listen(port, '127.0.0.1', () =>
      server.close(() => {
        resolve();
      }),
    );
  });
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
