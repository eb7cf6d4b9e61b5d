import { timesLoad } from '../pricing/capacity';
import { peakOf } from '../pricing/usage';
import { rounded } from '../shared/money';
import type { Section } from '../shared/section';
import { groupBy, shortened, typeName } from '../shared/words';
import type { Name, Reach } from './names';
import type { QuotaRow, Report } from './report';

/** First line: whether it can work. */
export function headline({ title, works, regions }: Report): string {
  return `${title} in ${regions.join(' and ')} ${works ? 'fits into an account' : 'can not be deployed'} as far as can be seen${works ? '' : ': see below'}`;
}

/** All that a person reads below it, most important first. */
export function sectionsOf(report: Report): Section[] {
  return [answers(report), quotas(report), load(report), remarks(report), names(report), once(report)].filter(
    (section) => section !== undefined,
  );
}

const plain = (count: number): string => count.toLocaleString('en-US');

function answers({ answers: all }: Report): Section | undefined {
  if (all.length === 0) return undefined;
  return {
    title: 'The account',
    lead: [],
    rows: all.map(({ what, state, how }) => [state, what, how]),
    numbers: [],
  };
}

/** What fits with room to spare is one line; the rest is a table. */
function quotas({ quotas: rows, asOf, regions, answers: asked }: Report): Section {
  const fits = rows.filter(({ fit }) => fit === 'fits');
  const rest = rows.filter(({ fit }) => fit !== 'fits');
  const where = (row: QuotaRow): string => (regions.length > 1 ? `${row.name} in ${row.region}` : row.name);
  return {
    title: 'Quotas',
    lead: [
      asked.length > 0
        ? 'Limits of this account, and what others in it have already.'
        : `Default quotas of an account and region (${asOf}); what else is in yours counts, too. With credentials, --live asks.`,
      ...(fits.length > 0
        ? [`Room for a second one and more: ${fits.map((row) => `${where(row)} ${plain(row.start)} of ${plain(row.limit)}`).join('; ')}.`]
        : []),
      ...rows.filter(({ code, start, most }) => code === VCPUS && most > start).map(scaling),
      ...rest.filter(({ fit, code }) => fit !== 'tight' && code !== undefined).map(remedy),
    ],
    head: ['', 'quota', 'at the start', 'at the most', 'limit', 'in use'],
    rows: rest.map((row) => [
      row.fit,
      where(row),
      plain(row.start),
      plain(row.most),
      plain(row.limit),
      row.used === undefined ? '?' : plain(row.used),
    ]),
    accent: 'exceeded',
    numbers: [2, 3, 4, 5],
  };
}

/** Quota of vCPUs on demand. */
const VCPUS = 'L-1216C47A';

/** What a fleet that scales takes of it. */
function scaling({ region, start, most }: QuotaRow): string {
  return `vCPUs in ${region}: ${plain(start)} at rest, up to ${plain(most)} when the fleet scales out; while a release rolls through it, half as many more for minutes.`;
}

function remedy({ service, code = '', region, most, used = 0, name }: QuotaRow): string {
  return `For ${name}: aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${most + used}`;
}

/** The same four figures as on the page of a stage. */
function load({ load: known }: Report): Section | undefined {
  if (known === undefined) return undefined;
  const { usage, capacity } = known;
  const { people, requests, writes } = timesLoad(peakOf(usage), capacity.times);
  return {
    title: 'Load',
    lead: [
      `As it is, and with all that scales at its limit, it bears about ${rounded(usage.users * capacity.times)} users a month: ${rounded(people)} at a time, ` +
        `${rounded(requests)} requests and ${rounded(writes)} writes a second at the peak, by the assumptions of docs/cost.md. ` +
        `What comes to its limit first: ${capacity.bottleneck}.`,
    ],
    rows: [],
    numbers: [],
  };
}

function remarks({ remarks: all }: Report): Section | undefined {
  return all.length === 0 ? undefined : { title: 'Good to know before the first deploy', lead: all, rows: [], numbers: [] };
}

const REACHES: readonly (readonly [reach: Reach, where: string])[] = [
  ['world', 'in all of AWS'],
  ['account', 'in the account'],
  ['region', 'in the account and region'],
];

function names({ names: all, answers: asked }: Report): Section {
  return {
    title: 'Names that must be free, or be this deployment’s own',
    lead: asked.length > 0 ? [] : ['Not asked: --live does.'],
    rows: REACHES.flatMap(([reach, where]) =>
      [
        ...groupBy(
          all.filter((name) => name.reach === reach),
          ({ type }) => type,
        ),
      ].map(([type, named]) => [where, typeName(type), said(named)]),
    ),
    numbers: [],
  };
}

function said(names: readonly Name[]): string {
  return shortened([...new Set(names.map(({ name }) => name))], 6, 'name');
}

function once({ once: all }: Report): Section {
  return { title: 'Once in an account', lead: [], rows: all.map(({ what, how }) => [what, how]), numbers: [] };
}
