import type { Section } from '../shared/section';
import { type Paper, sectionsAsText } from '../shared/sections-text';
import { percent } from '../shared/words';
import { IMITATED } from './limits';
import type { Numbers } from './meters';
import type { Report } from './report';

/** A report for people. */
export function reportAsText({ claims, held, seconds, processors }: Report, paper: Paper): string {
  const headline = held ? 'Every bound held' : 'A bound broke';
  const section: Section = {
    title: 'Claims',
    lead: [],
    head: ['', 'stage', 'claim', 'bound', 'seen'],
    rows: claims.map((one) => [one.held ? 'held' : 'BROKE', String(one.stage), one.claim, one.bound, one.seen]),
    accent: 'held',
    numbers: [1],
  };
  return sectionsAsText(`${headline}, in ${Math.round(seconds)} s on ${processors} processors`, [IMITATED], [section], paper);
}

const shown = (share: number | undefined): string => (share === undefined ? '–' : percent(share));

/** Names of the columns that `numbersAsText` fills. */
export const HEAD = columns(['users', 'req/s', 'failed', 'p50 ms', 'p99 ms', 'CDN', 'cache', 'db/s', 'copies/s', 'lag s', 'queue', 'CPU']);

/** A second in one line. */
export function numbersAsText(one: Numbers): string {
  const { users, requests, failed, p50, p99, fromCdn, cacheHits, writers, copies, lag, queued, busy } = one;
  const cells = [users, requests, failed, p50, p99, shown(fromCdn), shown(cacheHits), writers, copies];
  return columns([...cells.map(String), lag === undefined ? '–' : lag.toFixed(1), String(queued ?? '–'), shown(busy)]);
}

function columns(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(8)).join(' ');
}
