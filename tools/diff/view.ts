import { type ResourceChange, Verdict } from '../changes/model';
import { accessSection } from './access-view';
import { fold, numberless, spanning } from './fold';
import { plumbingKind } from './plumbing';
import type { Report } from './report';
import type { Placed, Row, Section, Tone } from './section';
import { climbSections, isLost, noticeSection, unseenSection, verdictSection } from './verdict-view';
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
    verdictSection(report, placed),
    noticeSection(report),
    ...climbSections(report),
    dataSection(report, placed),
    settingSection(report, placed),
    alarmSection(report, placed),
    priceSection(report),
    accessSection('Opens access wider', 'Nothing opens access wider.', report.access.opened, placed),
    accessSection('Narrows access', undefined, report.access.narrowed, placed),
    unseenSection(report),
    mainSection(report, placed),
    plumbingSection(report),
  ].filter(({ lead, rows }) => lead !== undefined || rows.length > 0);
}

/** What holds data, and what becomes of it; what a whole new stack brings is told with it. */
function dataSection({ changes, risks, stacks }: Report, placed: Placed): Section {
  const named = new Set(risks.map(({ stack, logicalId }) => `${stack} ${logicalId}`));
  // A risk names one property: what else changes there is told too.
  const told = changes.filter((change) => {
    const { stack, logicalId, verdict, properties } = change;
    const isUntold = !named.has(`${stack} ${logicalId}`) || (verdict === Verdict.CHANGED && properties.length > 0);
    return isUntold && concernsData(change) && !stacks.added.includes(stack);
  });
  return {
    title: 'Data',
    head: HEAD,
    rows: [
      ...foldedRows(told.filter(isLost), placed, 'bad'),
      ...foldedRows(
        told.filter((change) => !isLost(change)),
        placed,
        'plain',
      ),
    ],
  };
}

const HEAD = ['Change', 'Where', 'Type', 'What changes'];
const concernsData = ({ holdsData }: ResourceChange): boolean => holdsData;

function foldedRows(changes: readonly ResourceChange[], placed: Placed, tone?: Tone): Row[] {
  return fold(changes).map(({ verdict, stack, path, type, why, count }) =>
    placed(tone ?? TONES[verdict], stack, verdict, count > 1 ? `${path} (${count})` : path, type, why),
  );
}

const SETTING = /^AWS::SSM::Parameter$/;
const ALARM = /^AWS::CloudWatch::Alarm$/;

/** Settings switch what the application does; an alarm that changes is another promise. New alarms are counted. */
const isSection = ({ type, verdict }: ResourceChange): boolean => SETTING.test(type) || (ALARM.test(type) && verdict === Verdict.CHANGED);

function settingSection({ changes, stacks }: Report, placed: Placed): Section {
  const listed = changes.filter(({ type, stack }) => SETTING.test(type) && !stacks.added.includes(stack));
  return { title: 'Settings', head: HEAD, rows: foldedRows(listed, placed) };
}

/** What rings although nothing is wrong first, then what rings earlier than before. */
function alarmSection({ changes, stacks, alarms }: Report, placed: Placed): Section {
  const kindOf = ({ stack, logicalId }: ResourceChange): string | undefined =>
    alarms.find((one) => one.stack === stack && one.logicalId === logicalId && one.kind !== 'will ring')?.kind;
  const listed = changes.filter((change) => ALARM.test(change.type) && isSection(change) && !stacks.added.includes(change.stack));
  const ringing = alarms.filter(({ kind }) => kind === 'will ring');
  const groups = groupBy(listed, (change) => kindOf(change) ?? '');
  return {
    title: 'Alarms that change or will ring',
    head: HEAD,
    rows: [
      ...ringing.map(({ kind, stack, path, why }) => placed('warning', stack, kind, path, typeName('AWS::CloudWatch::Alarm'), why)),
      ...['stricter', 'looser', ''].flatMap((kind) =>
        foldedRows(groups.get(kind) ?? [], placed, 'plain').map((row) =>
          kind === '' ? row : { ...row, cells: [kind, ...row.cells.slice(1)] },
        ),
      ),
    ],
  };
}

function mainSection({ changes, stacks }: Report, placed: Placed): Section {
  const isListed = (change: ResourceChange): boolean =>
    !stacks.added.includes(change.stack) &&
    !concernsData(change) &&
    !isSection(change) &&
    (change.verdict === Verdict.REPLACED || !plumbingKind(change.type));
  const inNewStacks = changes.filter(({ stack }) => stacks.added.includes(stack));
  return {
    title: 'Resources',
    head: HEAD,
    folded: true,
    rows: [...foldedRows(changes.filter(isListed), placed), ...newStackRows(inNewStacks, placed)],
  };
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
    head: ['Kind', 'How many'],
    folded: true,
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

function priceSection({ sizes, cost }: Report): Section {
  return {
    title: 'Size and price',
    head: ['What', 'Before', 'After'],
    ...(cost !== undefined && { lead: { tone: 'plain', text: cost } }),
    rows: sizes.map(([what, before, after]) => ({ tone: 'plain', cells: [what, before, after] })),
  };
}
