import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { BadInput } from '../shared/bad-input';
import { exampleFor } from '../shared/context';
import { lookOf } from '../shared/output';
import { contextOfProject } from '../shared/project';
import type { RehearseOptions } from './arguments';
import { check } from './check';
import { KEYS, Keyboard } from './console';
import { Controls, MOST_USERS, predictionInWords } from './controls';
import { climbInWords } from './climb';
import { Directory, usualDirectory } from './directory';
import { Journal } from './journal';
import { requirePrograms } from './install';
import { IMITATED } from './limits';
import { Page } from './page/watch';
import { pagePort, requirePort } from './ports';

import { Rehearsal, type Synthesize } from './rehearsal';
import { HEAD, numbersAsText, reportAsText } from './text';

const BROKEN = 2;

/** Says a result on standard output: as JSON, or as text. */
type Write = (value: object, text: string) => void;

interface Wishes {
  readonly users: number;
  /** The stage up to which it climbs by itself. */
  readonly last: number;
  /** The highest stage that a person may climb to. */
  readonly highest: number;
  readonly seconds?: number;
  readonly page: number;
  readonly predictions: readonly { readonly part: string; readonly said: number }[];
}

/** Does what `stagecraft rehearse` was asked for. */
export async function runRehearse(text: string, options: RehearseOptions): Promise<void> {
  const asked = { ...options.context, ...(options.app !== undefined && { app: options.app }) };
  const { HIGHEST_STAGE, synthesizeStage } = await import('../shared/synthesize');
  const stage = wholeNumber('stage', text, 1, HIGHEST_STAGE);
  // Its runbook is a job of S3 Batch Operations, which has no imitation.
  const highest = HIGHEST_STAGE - 1;
  const last = options.climb === undefined ? stage : climbTo(options.climb, stage, highest);
  const users = wholeNumber('--users', options.users, 0, MOST_USERS);
  const seconds = options.seconds === undefined ? undefined : wholeNumber('--seconds', options.seconds, 1, 86_400);
  const port = wholeNumber('--port', options.port, 1, 65_535);
  const askedPage = options.page === undefined ? undefined : wholeNumber('--page', options.page, 1, 65_535);
  if (askedPage === port)
    throw new BadInput(`--page ${port} is the port of the website: type --page ${port === 65_535 ? port - 1 : port + 1}`);
  const predictions = (options.predict ?? []).map(predictionOf);
  if (asked.app !== undefined && (options.climb !== undefined || options.check === true || predictions.length > 0))
    throw new BadInput('--app does not go with --climb, --check or --predict: people of the reference application do not know yours');
  if (options.check === true && (seconds !== undefined || predictions.length > 0))
    throw new BadInput('--check does not go with --seconds or --predict: a check ends by itself');
  const journal = new Journal();
  journal.onLine(({ at, line }) => process.stderr.write(`${at.toFixed(0).padStart(4)} s  ${line}\n`));
  await requirePrograms(options.install === true, journal.say);
  await requirePort(port, '--port');
  const page = await pagePort(askedPage, port);
  const example = exampleFor(stage === HIGHEST_STAGE, { ...contextOfProject(process.cwd()), ...asked });
  if (example.note !== undefined) journal.say(example.note);
  const context = { ...asked, ...example.context };
  const synthesize: Synthesize = (to, from, directory) =>
    synthesizeStage({ ...context, stage: String(to), ...(from !== undefined && { from: String(from) }) }, directory);

  const directory = new Directory(options.directory ?? usualDirectory());
  if (await directory.take()) journal.say(`what a rehearsal before had left in ${directory.path} is removed`);
  const write = writer(options.json === true);
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(name, () => {
        resolve('interrupted');
      });
  });
  let rehearsal: Rehearsal | undefined;
  const work = async (): Promise<void> => {
    rehearsal = await Rehearsal.start(stage, synthesize, directory.path, port, journal.say);
    if (asked.app !== undefined) await show(rehearsal, write, seconds);
    else if (options.check === true) {
      const report = await check(rehearsal, last, journal.say);
      write({ ...report, cpus: cpus().length }, reportAsText(report, lookOf(undefined)));
      if (!report.held) process.exitCode = BROKEN;
    } else await use(rehearsal, { users, last, highest, page, predictions, ...(seconds !== undefined && { seconds }) }, journal, write);
  };
  try {
    await Promise.race([work(), interrupted]);
  } finally {
    journal.say('ending');
    await rehearsal?.stop().catch(() => undefined);
    await directory.clear();
  }
  // What was interrupted may still wait for something that is gone.
  process.exit();
}

/** An application of somebody's own: it is there, and nobody is sent. */
async function show({ deployment }: Rehearsal, write: Write, seconds: number | undefined): Promise<void> {
  write({ ready: deployment.url }, `${deployment.url}\n${IMITATED}\nCtrl-C ends it.\n`);
  await pause((seconds ?? 86_400) * 1_000);
}

/** People use the reference application, numbers are said once a second, and somebody at a keyboard or on the page breaks things. */
async function use(rehearsal: Rehearsal, wishes: Wishes, journal: Journal, write: Write): Promise<void> {
  const { users, last, highest, seconds, predictions } = wishes;
  await rehearsal.settle();
  const controls = new Controls(rehearsal, highest, journal.say, () => (process.exitCode = BROKEN));
  await controls.setUsers(users);
  const page = await Page.open(wishes.page, rehearsal, controls, journal);
  const isWatched = process.stdin.isTTY && process.stdout.isTTY;
  write(
    { ready: rehearsal.deployment.url, page: page.url, stage: rehearsal.stage },
    `${rehearsal.deployment.url}  the website\n${page.url}  the page: numbers, buttons, climbs\n${IMITATED}\n${isWatched ? `${KEYS}\n` : ''}`,
  );
  const keyboard = isWatched ? new Keyboard(rehearsal, controls, journal.say) : undefined;
  const leaving = new AbortController();
  void keyboard?.left.then(() => {
    leaving.abort();
  });
  const tasks = (async () => {
    for (const { part, said } of predictions) await controls.predict(part, said);
    while (rehearsal.stage < last) {
      const { failed } = await controls.climb();
      if (failed !== undefined) throw new BadInput(`the climb stopped: ${failed}`);
    }
    if (predictions.length > 0 && seconds === undefined) leaving.abort();
  })();
  tasks.catch(() => {
    leaving.abort();
  });
  const told = { climbs: 0, predictions: 0 };
  const tell = (): void => {
    for (const one of controls.climbs.slice(told.climbs)) write({ climb: one }, `${climbInWords(one)}\n`);
    for (const one of controls.predictions.slice(told.predictions)) write({ prediction: one }, `${predictionInWords(one)}\n`);
    Object.assign(told, { climbs: controls.climbs.length, predictions: controls.predictions.length });
  };
  const end = seconds === undefined ? Infinity : Date.now() + seconds * 1_000;
  for (let line = 0; !leaving.signal.aborted && Date.now() < end; line++) {
    await pause(1_000, undefined, { signal: leaving.signal }).catch(() => undefined);
    const numbers = await rehearsal.meters.read();
    page.show(numbers);
    tell();
    if (keyboard?.asking === true) continue;
    write(numbers, `${line % 20 === 0 ? `${keyboard ? `${keyboard.legend()}\n` : ''}${HEAD}\n` : ''}${numbersAsText(numbers)}\n`);
  }
  keyboard?.end();
  await page.stop();
  if (keyboard === undefined || predictions.length > 0) await tasks;
  tell();
}

function writer(isJson: boolean): Write {
  return (value, text) => process.stdout.write(isJson ? `${JSON.stringify(value)}\n` : text);
}

function climbTo(text: string, stage: number, highest: number): number {
  if (text === String(highest + 1) && stage <= highest)
    throw new BadInput(
      `the climb to stage ${text} can not be rehearsed, because S3 Batch Operations has no imitation: type npx stagecraft rehearse ${text}`,
    );
  if (stage >= highest) throw new BadInput(`--climb ${text} is not possible from stage ${stage}: type npx stagecraft rehearse ${stage}`);
  return wholeNumber('--climb', text, stage + 1, highest);
}

function predictionOf(text: string): Wishes['predictions'][number] {
  const [, part, said] = /^(.+)=(\d{1,3}(?:\.\d+)?)$/.exec(text) ?? [];
  if ((part as string | undefined) !== undefined && Number(said) <= 100) return { part, said: Number(said) };
  throw new BadInput(`--predict ${text} is not possible: type a part and how many of 100 requests fail, as --predict Cache=0`);
}

function wholeNumber(what: string, text: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new BadInput(
    `${what} ${text === '' ? '""' : text} is not possible: allowed are ${least} to ${most}; type npx stagecraft rehearse --help`,
  );
}
