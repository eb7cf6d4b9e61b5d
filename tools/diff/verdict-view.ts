import { type ResourceChange, type Risk, Verdict } from '../changes/model';
import { counted, typeName } from '../shared/words';
import { propertyText } from './fold';
import { noticesOf } from './notices';
import type { Plan } from './plan';
import { type Report, headline } from './report';
import type { Placed, Row, Section, Tone } from './section';

export const isLost = ({ verdict, fate }: ResourceChange): boolean =>
  verdict === Verdict.REPLACED || (verdict === Verdict.RETIRED && fate !== 'retained');

/** Whether it may be deployed, in how many steps, and every risk. */
export function verdictSection(report: Report, placed: Placed): Section {
  const { changes, risks, climb } = report;
  const [open, taken] = [risks.filter(({ allowed }) => allowed === undefined), risks.filter(({ allowed }) => allowed !== undefined)];
  const row = (risk: Risk, tone: Tone): Row => {
    const reason = risk.allowed === undefined ? '' : ` (allowed: ${risk.allowed})`;
    return placed(tone, risk.stack, risk.rule, risk.path, typeName(risk.type), risk.message + valuesOf(risk, changes) + reason);
  };
  const steps: Row[] =
    climb && open.length === 0
      ? [{ tone: 'plain', cells: ['in steps', 'two deployments and a runbook between them: see How to climb', '', ''] }]
      : [];
  return {
    title: 'Verdict',
    head: ['Rule', 'Where', 'Type', 'What happens'],
    lead: leadOf(report, open.length),
    rows: [...open.map((risk) => row(risk, 'bad')), ...taken.map((risk) => row(risk, 'warning')), ...steps],
  };
}

function leadOf({ verdict, changes, unread }: Report, open: number): NonNullable<Section['lead']> {
  const lost = changes.filter((change) => change.holdsData && isLost(change)).length;
  if (verdict === 'not in one step')
    return {
      tone: 'bad',
      text: 'Safe, but not in one step: something has to be done between two deployments. Do not deploy this directly.',
    };
  if (open > 0)
    return { tone: 'bad', text: `${counted(open, 'change')} would lose data or protection, or be refused by AWS. Do not deploy this.` };
  if (lost > 0)
    return { tone: 'warning', text: `${counted(lost, 'resource')} that ${lost === 1 ? 'holds' : 'hold'} data: replaced or deleted.` };
  return unread.length > 0
    ? { tone: 'warning', text: 'Not all of it was read: see below. Of what was read, nothing that holds data is replaced or deleted.' }
    : { tone: 'good', text: 'Nothing that holds data is replaced or deleted.' };
}

/** Old and new value of the property that a risk is about. */
function valuesOf({ stack, logicalId, property }: Risk, changes: readonly ResourceChange[]): string {
  const change = changes.find((one) => one.stack === stack && one.logicalId === logicalId);
  const found = change?.properties.find((one) => one.property === property?.split('.')[0]);
  return found ? ` (${propertyText(found)})` : '';
}

/** What the people who use the application may notice. */
export function noticeSection({ changes, climb }: Report): Section {
  const waits: [string, string][] = climb ? [['Who waits', climb.waits]] : [];
  return {
    title: 'What users notice',
    head: ['About', 'What'],
    rows: [...waits, ...noticesOf(changes)].map((cells) => ({ tone: 'plain', cells })),
  };
}

/** Commands in their order, with time and way back; then what no command does. */
export function climbSections({ climb, deploy, halves = [] }: Report): Section[] {
  if (!climb) return deploy ? deploySections(deploy) : [];
  const deployments = halves.map((half): Row => {
    const [counts, price = ''] = [headline(half).replace(`${half.title}: `, ''), half.cost?.split(':')[0]];
    return { tone: 'faint', cells: [half.title, counts, '', price] };
  });
  return [
    {
      title: 'How to climb',
      head: STEPS_HEAD,
      labelled: true,
      lead: {
        tone: 'plain',
        text: `On a live system a runbook ${climb.runbook}. A new deployment needs the last command alone. Times are usual on AWS and not measured here.`,
      },
      rows: [
        ...climb.steps.map(({ what, why, takes, back }) => ({ tone: 'plain' as const, cells: [why, what, takes, back] })),
        ...deployments,
      ],
    },
    { title: 'By hand', rows: [], ...(climb.byHand !== undefined && { lead: { tone: 'plain', text: climb.byHand } }) },
  ];
}

const STEPS_HEAD = ['Step', 'Command', 'Takes, usually', 'Way back'];

function deploySections({ steps, byHand }: Plan): Section[] {
  return [
    {
      title: 'How to deploy',
      head: STEPS_HEAD,
      labelled: true,
      lead: { tone: 'plain', text: 'Times are usual on AWS and not measured here.' },
      rows: steps.map(({ what, why, takes, back }) => ({ tone: 'plain' as const, cells: [why, what, takes, back] })),
    },
    { title: 'By hand', head: ['What no command does'], rows: byHand.map((cell) => ({ tone: 'plain' as const, cells: [cell] })) },
  ];
}

/** What the comparison can't know. */
export function unseenSection({ unread }: Report): Section {
  return {
    title: 'What can not be seen here',
    head: ['What was not read'],
    lead: { tone: 'faint', text: 'What was changed by hand, quotas, values that only AWS knows, and what code does with its settings.' },
    rows: unread.map((cell) => ({ tone: 'warning', cells: [cell] })),
  };
}
