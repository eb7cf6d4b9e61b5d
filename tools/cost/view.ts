import { peakOf } from '../pricing/usage';
import { change, dollars } from '../shared/money';
import type { Section } from '../shared/section';
import type { Report } from './report';

const UNCONFIRMED = ' *';

/** First line: what it costs. */
export function headline({ stage, name, estimate: { expected, regions } }: Report): string {
  return `${name ?? `Stage ${stage}`} costs about ${dollars(expected)} a month in ${regions.join(' and ')}`;
}

/** All that a person reads below it, most important first. */
export function sectionsOf(report: Report): Section[] {
  return [bill(report), delta(report), levers(report), notEstimated(report), ending(report)].filter((section) => section !== undefined);
}

function bill({ estimate, services, drivers, usage, usageName, lesson }: Report): Section {
  const { low, expected, high, limit, fixed, usage: used } = estimate;
  const peak = peakOf(usage);
  const atPeak = (number: number): string => Number(number.toPrecision(2)).toLocaleString('en-US');
  const count = (number: number, unit = ''): string => `${Math.round(number).toLocaleString('en-US')}${unit}`;
  return {
    title: 'Every month',
    lead: [
      ...(lesson ? [`${lesson.hours} ${lesson.hours === 1 ? 'hour' : 'hours'} of it, and then deleted: $${lesson.cost.toFixed(2)}.`] : []),
      `Low ${dollars(low)} at half of the usage, high ${dollars(high)} at twice of it; ${dollars(limit)} if besides all that scales were at its limit all month.`,
      `Usage ${usageName}: ${count(usage.users)} users, ${count(usage.requests)} requests, ${count(usage.gbOut, ' GB')} to users, ` +
        `${count(usage.storageGb, ' GB')} of uploads, ${count(usage.databaseGb, ' GB')} in databases, ${count(usage.jobs)} jobs.`,
      `At the peak: about ${atPeak(peak.people)} people at a time, ${atPeak(peak.requests)} requests and ${atPeak(peak.writes)} writes a second (docs/cost.md says how).`,
      `Most of it: ${drivers.map(({ service, share }) => `${inSentence(service)} ${Math.round(share * 100)} %`).join(', ')}.`,
    ],
    head: ['', 'fixed', 'by usage', 'expected', 'low', 'high'],
    totals: true,
    rows: [
      ...services.map((row) => [
        row.service + (row.confirmed ? '' : UNCONFIRMED),
        ...[row.fixed, row.usage, row.expected, row.low, row.high].map(dollars),
      ]),
      ['Total', ...[fixed, used, expected, low, high].map(dollars)],
    ],
    numbers: [1, 2, 3, 4, 5],
  };
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
    title: 'Not estimated, and not counted as zero',
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
