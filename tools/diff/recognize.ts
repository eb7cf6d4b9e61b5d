import type { StackTemplate } from '../shared/template';

/** What the settings of a Stagecraft application tell of it, whoever wrote its blueprint. */
export interface Application {
  /** `webapp`, of `/webapp/config/database/writer`. */
  readonly name: string;
  /** The stage that its tiers are nearest to. */
  readonly stage: number;
  /** The stage before, for a bridge. */
  readonly from?: number;
  /** Documents of the runbooks that a bridge brings. */
  readonly runbooks: readonly string[];
  /** Whether it is built by the stages, so that their commands deploy it. */
  readonly isStage: boolean;
}

const SETTING = /^\/([^/]+)\/config\/(.+)$/;
/** What the stages say of the stack that holds the application. */
const DESCRIPTION = ': the application';
/** A setting that a stage brings, the highest first. */
const BROUGHT: readonly (readonly [stage: number, setting: RegExp])[] = [
  [6, /^region\/founding$/],
  [5, /^(jobs\/queue|shards\/map)$/],
  [4, /^sessions\//],
  [3, /^cache\/endpoint$/],
];
/** The stage that a runbook leads to. */
const RUNBOOKS: Readonly<Record<string, number>> = {
  'move-database': 2,
  'move-uploads': 3,
  'move-servers': 4,
  'move-to-cluster': 5,
  'place-users': 5,
  'copy-uploads': 6,
  reshard: 5,
};

/** The application of a deployment; undefined where none of its stacks has such settings. */
export function applicationOf(stacks: readonly StackTemplate[]): Application | undefined {
  const values = stacks.flatMap(({ template }) =>
    Object.values(template.Resources).flatMap(({ Type, Properties: { Name, Value } = {} }) =>
      (Type === 'AWS::SSM::Parameter' || Type === 'AWS::SSM::Document') && typeof Name === 'string' ? [{ name: Name, value: Value }] : [],
    ),
  );
  const settings = new Map<string, unknown>();
  let name = '';
  for (const { name: path, value } of values) {
    const [, whose, key] = SETTING.exec(path) ?? [];
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a text that doesn't match has neither
    if (whose === undefined || key === undefined) continue;
    name = whose;
    settings.set(key, value);
  }
  if (!settings.has('database/name')) return undefined;
  const writer = settings.get('database/writer');
  const reached = BROUGHT.find(([, brought]) => [...settings.keys()].some((key) => brought.test(key)))?.[0];
  const tiers = reached ?? (typeof writer === 'string' && writer.startsWith('/') ? 1 : 2);
  const titles = values.map(({ name: document }) => document.slice(name.length + 1)).filter((title) => Object.hasOwn(RUNBOOKS, title));
  const climbs = titles.filter((title) => title !== 'reshard').map((title) => RUNBOOKS[title]);
  const stage = Math.max(tiers, ...climbs);
  return {
    ...{ name, stage, ...(climbs.length > 0 && { from: stage - 1 }) },
    runbooks: [...new Set(titles)].map((title) => `${name}-${title}`),
    isStage: stacks.some(({ template }) => template.Description === `${name}${DESCRIPTION}`),
  };
}
