import { type ResourceChange, type Risk, Verdict } from '../changes/model';
import { accessSection } from './access-view';
import { fold, numberless, propertyText, spanning } from './fold';
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
    listSection('Settings', SETTING, report, placed),
    ...climbSections(report),
    listSection('Alarms that change', ALARM, report, placed),
    accessSection('Opens access wider', 'Nothing opens access wider.', report.access.opened, placed),
    accessSection('Narrows access', undefined, report.access.narrowed, placed),
    mainSection(report, placed),
    plumbingSection(report),
  ].filter(({ lead, rows }) => lead !== undefined || rows.length > 0);
}

const isLost = ({ verdict, fate }: ResourceChange): boolean =>
  verdict === Verdict.REPLACED || (verdict === Verdict.RETIRED && fate !== 'retained');

/** Whether a change is told under data: what holds data and isn't new. */
const concernsData = ({ holdsData, verdict }: ResourceChange): boolean => holdsData && verdict !== Verdict.ADDED;

function dataSection(report: Report, placed: Placed): Section {
  const { changes, risks } = report;
  const named = new Set(risks.map(({ stack, logicalId }) => `${stack} ${logicalId}`));
  const touched = changes.filter(concernsData);
  // A risk names one property: what else changes there is told too.
  const untold = touched.filter(({ stack, logicalId, verdict, properties }) => {
    return !named.has(`${stack} ${logicalId}`) || (verdict === Verdict.CHANGED && properties.length > 0);
  });
  const open = risks.filter(({ allowed }) => allowed === undefined);
  const lost = touched.filter(isLost).length;
  const lead: Section['lead'] =
    report.verdict === 'not in one step'
      ? { tone: 'bad', text: 'Safe, but not in one step: something has to be done between two deployments. Do not deploy this directly.' }
      : open.length > 0
        ? {
            tone: 'bad',
            text: `${counted(open.length, 'change')} would lose data or protection, or be refused by AWS. Do not deploy this.`,
          }
        : lost > 0
          ? { tone: 'warning', text: `${counted(lost, 'resource')} that ${lost === 1 ? 'holds' : 'hold'} data: replaced or deleted.` }
          : { tone: 'good', text: 'Nothing that holds data is replaced or deleted.' };
  const row = (risk: Risk, tone: Tone): Row => {
    const reason = risk.allowed === undefined ? '' : ` (allowed: ${risk.allowed})`;
    return placed(tone, risk.stack, risk.rule, risk.path, typeName(risk.type), risk.message + valuesOf(risk, changes) + reason);
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

/** Old and new value of the property that a risk is about. */
function valuesOf({ stack, logicalId, property }: Risk, changes: readonly ResourceChange[]): string {
  const change = changes.find((one) => one.stack === stack && one.logicalId === logicalId);
  const found = change?.properties.find((one) => one.property === property?.split('.')[0]);
  return found ? ` (${propertyText(found)})` : '';
}

function foldedRows(changes: readonly ResourceChange[], placed: Placed, tone?: Tone): Row[] {
  return fold(changes).map(({ verdict, stack, path, type, why, count }) =>
    placed(tone ?? TONES[verdict], stack, verdict, count > 1 ? `${path} (${count})` : path, type, why),
  );
}

const SETTING = /^AWS::SSM::Parameter$/;
const ALARM = /^AWS::CloudWatch::Alarm$/;

/** Settings switch what the application does; an alarm that changes is another promise. New alarms are counted. */
const isSection = ({ type, verdict }: ResourceChange): boolean => SETTING.test(type) || (ALARM.test(type) && verdict === Verdict.CHANGED);

function listSection(title: string, type: RegExp, { changes, stacks }: Report, placed: Placed): Section {
  const listed = changes.filter((change) => type.test(change.type) && isSection(change) && !stacks.added.includes(change.stack));
  return { title, rows: foldedRows(listed, placed, title === 'Settings' ? undefined : 'plain') };
}

function mainSection({ changes, stacks }: Report, placed: Placed): Section {
  const isListed = (change: ResourceChange): boolean =>
    !stacks.added.includes(change.stack) &&
    !concernsData(change) &&
    !isSection(change) &&
    (change.verdict === Verdict.REPLACED || !plumbingKind(change.type));
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
      !isSection({ ...change, type, stack, verdict }) &&
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
