import { USERS } from '../picture/arrows';
import type { Arrow, Picture } from '../picture/model';
import { percent } from '../shared/words';
import type { Numbers } from './meters';
import type { PartNumbers } from './part-meters';
import type { View } from './view';
import { SITE } from './ways';

/** Words at an arrow, and how much goes along it. */
export interface ArrowCaption {
  readonly from: string;
  readonly to: string;
  readonly reason: Arrow['reason'];
  readonly words: string;
  /** A second; makes the line thicker. */
  readonly rate: number;
}

/** What the picture says in a second: words at boxes, by their ids, and at arrows. */
export interface Captions {
  readonly boxes: Readonly<Record<string, string>>;
  readonly arrows: readonly ArrowCaption[];
}

const ASKS = new Set<Arrow['reason']>(['ingress', 'target', 'origin', 'entry', 'record']);

/** Puts numbers to the things of a picture. */
export function captionsOf(view: View, numbers: Numbers): Captions {
  const { picture, boxes } = view;
  const byBox = new Map<string, PartNumbers[]>();
  for (const part of numbers.parts) {
    const box = boxes[part.id] as string | undefined;
    if (box !== undefined) byBox.set(box, [...(byBox.get(box) ?? []), part]);
  }
  const words: Record<string, string> = Object.fromEntries([...byBox].map(([box, parts]) => [box, wordsOf(parts)]));
  const ways = new Map(Object.entries(numbers.ways).flatMap(([id, rate]) => (id === SITE ? [] : [[boxes[id], rate] as const])));
  for (const { id, kind } of picture.things) {
    if (kind === 'cdn')
      words[id] = joined(perSecond(numbers.ways[SITE] ?? 0), numbers.fromCdn !== undefined && `${percent(numbers.fromCdn)} from its cache`);
    if (kind === 'balancer') words[id] = joined(perSecond(ways.get(id) ?? 0), standing(numbers, view, id));
  }
  words[USERS] = `${numbers.users} people, ${numbers.signedIn} signed in · ${perSecond(numbers.requests)}`;
  return { boxes: words, arrows: picture.arrows.flatMap((arrow) => ofArrow(arrow, picture, ways, byBox, numbers)) };
}

function ofArrow(
  arrow: Arrow,
  { arrows }: Picture,
  ways: ReadonlyMap<string, number>,
  byBox: ReadonlyMap<string, readonly PartNumbers[]>,
  numbers: Numbers,
): ArrowCaption[] {
  const { from, to, reason } = arrow;
  const parts = byBox.get(to) ?? [];
  if (reason === 'copy') {
    const lag = Math.max(...parts.flatMap((part) => part.lag ?? []));
    return lag >= 0 ? [{ from, to, reason, words: `${lag.toFixed(1)} s behind`, rate: 0 }] : [];
  }
  const rate = from === USERS ? numbers.ways[SITE] : (ways.get(to) ?? sum(parts, ({ rate: one }) => one));
  // Of several that ask the same, nobody counts who asked how often.
  const isAlone = arrows.filter((one) => one.to === to && (ASKS.has(one.reason) || one.reason === reason)).length === 1;
  return isAlone && rate !== undefined && parts.every(({ queued }) => queued === undefined)
    ? [{ from, to, reason, words: perSecond(rate), rate }]
    : [];
}

/** The words of a box that one part stands in, or several. */
function wordsOf(parts: readonly PartNumbers[]): string {
  const cpu = sum(parts, (part) => part.cpu);
  const written = sum(parts, (part) => part.rowsWritten);
  const lag = Math.max(...parts.flatMap((part) => part.lag ?? []));
  const members = parts.filter(({ isIn }) => isIn !== undefined);
  // Of the one server requests alone: statements of the database on it are something else.
  const rate = sum(members.length > 0 ? members : parts, (part) => part.rate);
  const jobs = sum(parts, (part) => part.jobsDone);
  const [first] = parts;
  return joined(
    cpu !== undefined && `CPU ${percent(cpu)}`,
    rate !== undefined && perSecond(rate),
    written !== undefined && parts.some((part) => part.lag === undefined) && `${written.toFixed(0)} rows/s written`,
    lag >= 0 && `${lag.toFixed(1)} s behind`,
    first.hits !== undefined && `${percent(first.hits)} hits`,
    first.keys !== undefined && `${first.keys} keys`,
    members.length > 1 && `${members.filter(({ isIn }) => isIn).length} of ${members.length} in`,
    jobs !== undefined && `${jobs} jobs done`,
    first.queued !== undefined && `${first.queued} waiting`,
    (first.setAside ?? 0) > 0 && `${first.setAside ?? 0} set aside`,
  );
}

function standing({ parts }: Numbers, { picture, boxes }: View, balancer: string): string {
  const behind = new Set(picture.arrows.filter(({ from }) => from === balancer).map(({ to }) => to));
  const members = parts.filter(({ id, isIn }) => isIn !== undefined && behind.has(boxes[id]));
  return `${members.filter(({ isIn }) => isIn).length} of ${members.length} servers in`;
}

function sum(parts: readonly PartNumbers[], of: (part: PartNumbers) => number | undefined): number | undefined {
  const numbers = parts.flatMap((part) => of(part) ?? []);
  return numbers.length === 0 ? undefined : numbers.reduce((total, one) => total + one, 0);
}

const perSecond = (rate: number): string => `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)}/s`;
const joined = (...words: readonly (string | false)[]): string => words.filter((one) => one !== false && one !== '').join(' · ');
