import { retiredData } from '../guard/report';
import { type ResourceChange, type Risk, Verdict } from '../changes/model';
import type { StackTemplate } from '../shared/template';
import { byHandOf } from './by-hand';
import { type Step, climbOf } from './climb';
import { applicationOf } from './recognize';

/** What to type for one deployment. */
export interface Commands {
  readonly deploy: string;
  /** Deploys what is live now. */
  readonly back: string;
  /** Prints the opening of a stack policy. */
  readonly guard: string;
}

/** How one deployment is done. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What no command does, each in one line. */
  readonly byHand: readonly string[];
}

interface PlanInput {
  readonly before: readonly StackTemplate[];
  readonly after: readonly StackTemplate[];
  readonly changes: readonly ResourceChange[];
  /** Those that nobody allowed. */
  readonly risks: readonly Risk[];
  readonly commands: Commands;
}

/** How long AWS usually takes for the slowest part, the slowest first; general knowledge, not measured here. */
const TAKES: readonly (readonly [type: RegExp, takes: string])[] = [
  [/^AWS::(OpenSearchService|Elasticsearch)::Domain$|^AWS::MSK::Cluster$/, '20 to 60 min'],
  [/^AWS::(RDS|DocDB|Neptune|Redshift)::|^AWS::EKS::/, '10 to 30 min'],
  [/^AWS::ElastiCache::(ReplicationGroup|CacheCluster|ServerlessCache)$|^AWS::MemoryDB::/, '10 to 20 min'],
  [/^AWS::(CloudFront::Distribution|AutoScaling::AutoScalingGroup|ECS::Service|EC2::Instance)$/, '5 to 15 min'],
];

/** The steps of a deployment that is not refused; undefined where nothing changes. */
export function planOf({ before, after, changes, risks, commands }: PlanInput): Plan | undefined {
  if (changes.length === 0) return undefined;
  const [old, now] = [applicationOf(before), applicationOf(after)];
  if (old?.isStage && now?.isStage && old.from === undefined && now.from === undefined && now.stage !== old.stage) {
    // No bridge leads over two stages, or down: the verdict says where to go instead.
    if (now.stage !== old.stage + 1) return undefined;
    const { steps, byHand } = climbOf(old.stage, now.stage, now.name === 'webapp' ? {} : { name: now.name });
    return { steps, byHand: byHand === undefined ? byHandOf(changes) : [byHand] };
  }
  const ended = (old?.runbooks ?? []).filter((document) => !now?.runbooks.includes(document));
  const brought = (now?.runbooks ?? []).filter((document) => !old?.runbooks.includes(document));
  const isGuarded = before.some((stack) => {
    const next = after.find(({ name }) => name === stack.name);
    return next !== undefined && retiredData(stack, next).length > 0;
  });
  const steps: Step[] = [
    ...(risks.length > 0 ? inTwo(now !== undefined) : []),
    ...ended.map((document) => ({
      what: `aws ssm describe-automation-executions --filters Key=DocumentNamePrefix,Values=${document}`,
      why: 'first look: its runbook ended with Success',
      ...{ takes: '1 min', back: 'nothing is changed' },
    })),
    ...(isGuarded
      ? [
          {
            what: commands.guard,
            why: 'with a stack policy: its opening, for the next command',
            takes: '1 min',
            back: 'set the policy again',
          },
        ]
      : []),
    { what: commands.deploy, why: whyOf(before, after, changes), takes: takesOf(changes), back: backOf(commands, changes) },
    ...brought.map((document) => ({
      what: `aws ssm start-automation-execution --document-name ${document}`,
      why: 'runbook: moves and verifies; then deploy what comes after the bridge',
      ...{ takes: 'by the data', back: 'until its switch: abort; then see the runbook' },
    })),
  ];
  return { steps, byHand: byHandOf(changes) };
}

/** What is not possible in one step becomes two deployments. */
function inTwo(isStagecraft: boolean): Step[] {
  const what = isStagecraft ? 'deploy Bridge.between(the old blueprint, the new one)' : 'deploy the new store beside the old one, unused';
  return [
    { what, why: 'first, compared by itself: both ends side by side', takes: 'see there', back: 'deploy what is live now again' },
    {
      what: isStagecraft ? 'the runbook that the bridge brings' : 'move the data, and look whether all of it is there',
      ...{ why: 'then, before anything below', takes: 'by the data', back: 'as long as nobody uses the new one: nothing is switched' },
    },
  ];
}

/** The deploy, with the order of its stacks. */
function whyOf(before: readonly StackTemplate[], after: readonly StackTemplate[], changes: readonly ResourceChange[]): string {
  const moving = ordered(after).filter(
    ({ name, nested }) => !nested && changes.some(({ stack }) => stack === name || stack.startsWith(`${name}/`)),
  );
  const names = moving.map((stack) => (before.some(({ name }) => name === stack.name) ? stack.name : `${stack.name} (new)`));
  return names.length > 1 ? `the deploy; its stacks in this order: ${names.join(', ')}` : 'the deploy';
}

/** Stacks behind those that they depend on. */
function ordered(stacks: readonly StackTemplate[]): StackTemplate[] {
  const done = new Set<StackTemplate>();
  const add = (stack: StackTemplate, above: readonly StackTemplate[]): void => {
    if (done.has(stack) || above.includes(stack)) return;
    for (const needed of stack.dependsOn ?? [])
      stacks
        .filter(({ id }) => id === needed)
        .forEach((one) => {
          add(one, [...above, stack]);
        });
    done.add(stack);
  };
  stacks.forEach((stack) => {
    add(stack, []);
  });
  return [...done];
}

function takesOf(changes: readonly ResourceChange[]): string {
  return TAKES.find(([type]) => changes.some((change) => type.test(change.type)))?.[1] ?? 'minutes';
}

function backOf({ back }: Commands, changes: readonly ResourceChange[]): string {
  const isGone = changes.some(
    ({ verdict, fate, holdsData }) => holdsData && (verdict === Verdict.REPLACED || (verdict === Verdict.RETIRED && fate !== undefined)),
  );
  return isGone ? `${back}; what left stays outside of it, or is new and empty` : back;
}
