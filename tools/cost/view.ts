import { peakOf } from '../pricing/usage';
import { bar } from '../shared/bar';
import { change, dollars, rounded } from '../shared/money';
import type { Section } from '../shared/section';
import { percent } from '../shared/words';
import type { Report } from './report';

const UNCONFIRMED = ' *';

/** First line: what it costs. */
export function headline({ stage, name, estimate: { expected, regions } }: Report): string {
  return `${name ?? `Stage ${stage}`} costs about ${dollars(expected)} a month in ${regions.join(' and ')}`;
}

/** All that a person reads below it, most important first. */
export function sectionsOf(report: Report): Section[] {
  return [fit(report), bill(report), delta(report), levers(report), notEstimated(report), ending(report)].filter(
    (section) => section !== undefined,
  );
}

function bill(report: Report): Section {
  const { estimate, services, drivers, usage, usageName, lesson } = report;
  const { low, expected, high, limit, fixed, usage: used } = estimate;
  const peak = peakOf(usage);
  const count = (number: number, unit = ''): string => `${Math.round(number).toLocaleString('en-US')}${unit}`;
  return {
    title: 'Every month',
    lead: [
      ...(lesson ? [`${lesson.hours} ${lesson.hours === 1 ? 'hour' : 'hours'} of it, and then deleted: $${lesson.cost.toFixed(2)}.`] : []),
      `Low ${dollars(low)} at half the usage, high ${dollars(high)} at twice the usage; ${dollars(limit)} at twice the usage with all that scales at its limit all month.`,
      `Usage ${usageName}: ${count(usage.users)} users, ${count(usage.requests)} requests, ${count(usage.gbOut, ' GB')} to users, ` +
        `${count(usage.storageGb, ' GB')} of uploads, ${count(usage.databaseGb, ' GB')} in databases, ${count(usage.jobs)} jobs.`,
      `At the peak: about ${rounded(peak.people)} people at a time, ${rounded(peak.requests)} requests and ${rounded(peak.writes)} writes a second (docs/cost.md says how).`,
      ...bears(report),
      `Most of it: ${drivers.map(({ service, share }) => `${inSentence(service)} ${percent(share)}`).join(', ')}.`,
    ],
    head: ['', 'fixed', 'by usage', 'expected', 'low', 'high', ''],
    totals: true,
    rows: [
      ...services.map((row) => [
        row.service + (row.confirmed ? '' : UNCONFIRMED),
        ...[row.fixed, row.usage, row.expected, row.low, row.high].map(dollars),
        bar(row.expected / expected),
      ]),
      ['Total', ...[fixed, used, expected, low, high].map(dollars), ''],
    ],
    numbers: [1, 2, 3, 4, 5],
  };
}

/** Sizes to type, and how full each is: what is empty is the headroom. */
function fit({ fit: known, stage, capacity }: Report): Section | undefined {
  if (known === undefined) return undefined;
  const { need, sizes } = known;
  const typed = sizes.map(({ key, value }) => `-c ${key}=${value}`).join(' ');
  const enough =
    capacity && capacity.times < need.growth
      ? ` A key of yours makes it too small: ${capacity.bottleneck} bear ${rounded(capacity.times)} times today’s load.`
      : '';
  return {
    title: 'Sizes',
    lead: [
      `At the peak today: ${rounded(need.requests)} requests, ${rounded(need.reads)} reads and ${rounded(need.writes)} writes a second; ${rounded(need.workingSet)} GB are read again and again, of ${rounded(need.data)} GB. ` +
        `The sizes are for ${rounded(need.growth)} times as much, a year on, with two fifths of the CPU and three tenths of the memory free.${enough}`,
      `npx cdk deploy --all -c stage=${stage} ${typed}`,
    ],
    head: ['', '', 'at the peak, a year on', ''],
    rows: sizes.map(({ key, value, by, used }) => [`${key}=${value}`, bar(used), percent(used), by]),
    numbers: [2],
  };
}

/** Whether the load needs this much, in one honest sentence. */
function bears({ capacity, wasEnough, stage, name }: Report): string[] {
  if (capacity === undefined) return [];
  const { times, bottleneck } = capacity;
  const before = name === undefined ? `stage ${stage - 1}` : 'the deployment before';
  return [
    `As it is it bears about ${rounded(times)} times that load; ${bottleneck} come to their limit first.` +
      (wasEnough ? ` By load alone ${before} would do: climb for what this one adds.` : ''),
  ];
}

function delta({ stage, name, delta: difference }: Report): Section | undefined {
  if (difference === undefined) return undefined;
  return {
    title: name === undefined ? `Against stage ${stage - 1}, at the same usage` : 'Against the deployment before, at the same usage',
    lead: [difference.line],
    rows: difference.services
      .slice(0, 5)
      .map(({ service, before, after }) => [service, dollars(before), '→', dollars(after), change(after - before)]),
    numbers: [1, 3, 4],
  };
}

function levers({ levers: all }: Report): Section | undefined {
  if (all.length === 0) return undefined;
  return {
    title: 'Levers',
    lead: ['Each by itself, at this usage.'],
    accent: 'would save',
    rows: all.map(({ name, how, inEffect, saves }) => [inEffect ? 'saves already' : 'would save', dollars(saves), name, how]),
    numbers: [1],
  };
}

function notEstimated({ estimate }: Report): Section | undefined {
  if (estimate.notEstimated.length === 0) return undefined;
  return {
    title: 'Not estimated, so not in the total',
    lead: [],
    rows: estimate.notEstimated.map(({ type, count, why }) => [`${count} ×`, type, why]),
    numbers: [0],
  };
}

function ending({ dates: [first, last], budget, estimate: { lines } }: Report): Section {
  const unconfirmed = lines.some(({ confirmed, expected }) => !confirmed && expected > 0);
  return {
    title: 'Prices and budget',
    lead: [
      `List prices on demand, read between ${first} and ${last}, without tax, support plan or free allowances.`,
      ...(unconfirmed ? ['* has a price that no document confirms: docs/cost.md says which.'] : []),
      `An alarm at a fifth above: npx cdk deploy … -c budget=${budget}`,
    ],
    rows: [],
    numbers: [],
  };
}

/** A name inside a sentence: abbreviations keep their capitals. */
function inSentence(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name[0].toLowerCase() + name.slice(1) : name;
}
