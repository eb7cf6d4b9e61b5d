import { type ResourceChange, type Risk, Verdict } from '../changes/model';
import { accessSection } from './access-view';
import { fold, numberless, spanning } from './fold';
import { plumbingKind } from './plumbing';
import type { Report } from './report';
import type { Placed, Row, Section, Tone } from './section';
import { counted, groupBy, inOrder, shortened, typeName } from '../shared/words';

const TONES: Readonly<Record<Verdict, Tone>> = {
  [Verdict.REPLACED]: 'bad',
  [Verdict.RETIRED]: 'warning',
  [Verdict.CHANGED]: 'change',
  [Verdict.ADDED]: 'good',
};

/** The report as people read it, worst first. */
export function sectionsOf(report: Report): Section[] {
  const seen = new Set([...report.changes, ...report.access.opened, ...report.access.narrowed].map(({ stack }) => stack));
  /** The stack goes without saying where there is one. */
  const placed: Placed = (tone, stack, ...cells) => ({ tone, cells, ...(seen.size > 1 && { stack }) });
  return [
    dataSection(report, placed),
    accessSection('Opens access wider', 'Nothing opens access wider.', report.access.opened, placed),
    accessSection('Narrows access', undefined, report.access.narrowed, placed),
    mainSection(report, placed),
    plumbingSection(report),
    ...climbSections(report),
  ].filter(({ lead, rows }) => lead !== undefined || rows.length > 0);
}

const isLost = ({ verdict, fate }: ResourceChange): boolean =>
  verdict === Verdict.REPLACED || (verdict === Verdict.RETIRED && fate === 'deleted');

/** Whether a change is told under data: what holds data and isn't new. */
const concernsData = ({ holdsData, verdict }: ResourceChange): boolean => holdsData && verdict !== Verdict.ADDED;

function dataSection({ changes, risks }: Report, placed: Placed): Section {
  const named = new Set(risks.map(({ stack, logicalId }) => `${stack} ${logicalId}`));
  const touched = changes.filter(concernsData);
  const untold = touched.filter(({ stack, logicalId }) => !named.has(`${stack} ${logicalId}`));
  const open = risks.filter(({ allowed }) => allowed === undefined);
  const lost = touched.filter(isLost).length;
  const lead: Section['lead'] =
    open.length > 0
      ? { tone: 'bad', text: `${counted(open.length, 'change')} would lose data or protection, or be refused by AWS. Do not deploy this.` }
      : lost > 0
        ? { tone: 'warning', text: `${counted(lost, 'resource')} that ${lost === 1 ? 'holds' : 'hold'} data: replaced or deleted.` }
        : { tone: 'good', text: 'Nothing that holds data is replaced or deleted.' };
  const row = (risk: Risk, tone: Tone): Row => {
    const reason = risk.allowed === undefined ? '' : ` (allowed: ${risk.allowed})`;
    return placed(tone, risk.stack, risk.rule, risk.path, typeName(risk.type), risk.message + reason);
  };
  return {
    title: 'Data',
    lead,
    rows: [
      ...open.map((risk) => row(risk, 'bad')),
      ...risks.filter(({ allowed }) => allowed !== undefined).map((risk) => row(risk, 'warning')),
      ...foldedRows(untold.filter(isLost), placed, 'bad'),
      ...foldedRows(
        untold.filter((change) => !isLost(change)),
        placed,
        'plain',
      ),
    ],
  };
}

function foldedRows(changes: readonly ResourceChange[], placed: Placed, tone?: Tone): Row[] {
  return fold(changes).map(({ verdict, stack, path, type, why, count }) =>
    placed(tone ?? TONES[verdict], stack, verdict, count > 1 ? `${path} (${count})` : path, type, why),
  );
}

function mainSection({ changes, stacks }: Report, placed: Placed): Section {
  const isListed = (change: ResourceChange): boolean =>
    !stacks.added.includes(change.stack) && !concernsData(change) && (change.verdict === Verdict.REPLACED || !plumbingKind(change.type));
  const inNewStacks = changes.filter(({ stack }) => stacks.added.includes(stack));
  return { title: 'Resources', rows: [...foldedRows(changes.filter(isListed), placed), ...newStackRows(inNewStacks, placed)] };
}

/** A stack that is new as a whole is said in one line, what it consists of; those that differ in a number alone in one line together. */
function newStackRows(changes: readonly ResourceChange[], placed: Placed): Row[] {
  const contents = [...groupBy(changes, ({ stack }) => stack)].map(([stack, all]) => ({ stack, size: all.length, kinds: kindsOf(all) }));
  return [...groupBy(contents, ({ stack, kinds }) => JSON.stringify([numberless(stack), kinds])).values()].map((alike) => {
    const [{ size, kinds }] = alike;
    const each = alike.length > 1 ? ' each' : '';
    const what = alike.length > 1 ? `${alike.length} whole stacks` : 'the whole stack';
    return placed('good', spanning(alike.map(({ stack }) => stack)), Verdict.ADDED, what, counted(size, 'resource') + each, kinds);
  });
}

/** `8 RDS DBInstance, 4 RDS DBCluster and 9 more kinds`. */
function kindsOf(changes: readonly ResourceChange[]): string {
  const main = changes.filter(({ type }) => !plumbingKind(type));
  const kinds = [...groupBy(main, ({ type }) => type)].sort(([a, { length }], [b, other]) => other.length - length || inOrder(a, b));
  return shortened(
    kinds.map(([type, { length }]) => `${length} ${typeName(type)}`),
    8,
    'kind',
  );
}

function plumbingSection({ changes, stacks }: Report): Section {
  const folded = changes.filter(({ type, stack, verdict, ...change }) => {
    return (
      plumbingKind(type) &&
      verdict !== Verdict.REPLACED &&
      !stacks.added.includes(stack) &&
      !concernsData({ ...change, type, stack, verdict })
    );
  });
  const rows = [...groupBy(folded, ({ type }) => plumbingKind(type) ?? '')].sort(([a], [b]) => inOrder(a, b));
  return {
    title: 'Plumbing',
    faint: true,
    rows: rows.map(([kind, group]) => ({ tone: 'faint', cells: [kind, verdictCounts(group)] })),
  };
}

function verdictCounts(changes: readonly ResourceChange[]): string {
  const counts = Object.values(Verdict).map((verdict) => ({
    verdict,
    count: changes.filter((change) => change.verdict === verdict).length,
  }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`)
    .join(' · ');
}

function climbSections({ climb, cost }: Report): Section[] {
  const price: Section[] = cost === undefined ? [] : [{ title: 'Price', lead: { tone: 'plain', text: cost }, rows: [] }];
  if (!climb) return price;
  const rows = climb.steps.map(({ what, why }) => ({ tone: 'plain' as const, cells: [why, what] }));
  const lead = {
    tone: 'plain' as const,
    text: `On a live system a runbook ${climb.runbook}. A new deployment needs the last command alone.`,
  };
  return [...price, { title: 'How to climb', lead, rows }];
}
