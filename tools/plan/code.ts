import type { Table } from './catalog';
import { REST } from './names';
import type { Placed, Proposal } from './propose';

const KEY_TYPES: Partial<Readonly<Record<string, string>>> = {
  uuid: 'KeyType.UUID',
  text: 'KeyType.TEXT',
  'character varying': 'KeyType.TEXT',
};

/** A proposal as TypeScript, with its reasons beside it. */
export function asCode(proposal: Proposal): string {
  const { catalog, sharded } = proposal;
  const head = [
    `// A proposal from ${catalog.tables.length} tables at ${catalog.place}, to be edited: only you know what is asked together.`,
    `// Rows and writes are PostgreSQL's own statistics.${catalog.statements ? '' : ' Joins were not seen: pg_stat_statements is not there, or not for this user.'}`,
  ];
  if (!sharded) {
    head.push('// No table carries the key of another, so there is nothing to spread: take one cluster, which needs no model.');
    return [
      ...head,
      ...notes(proposal),
      "import { DatabaseTier } from 'cdk-stagecraft';",
      '',
      'export const database = DatabaseTier.cluster();',
      '',
    ].join('\n');
  }
  const { name, anchor, key, colocated } = sharded;
  const type = KEY_TYPES[key.type];
  const share = shareOf(catalog.tables);
  const spread = [anchor, ...colocated.map(({ table }) => table)];
  const lines = [
    ...head,
    `import { DataModel, DatabaseTier${type === undefined ? '' : ', KeyType'}, ShardMap } from 'cdk-stagecraft';`,
    '',
    'export const model = DataModel.of({',
    `  // ${anchor.name}.${key.name} is in ${colocated.length} other table${colocated.length === 1 ? '' : 's'}; with it they have ${share(spread)} of all writes.`,
    '  sharded: {',
    `    name: '${name}',`,
    ...(name === anchor.name ? [] : [`    table: '${anchor.name}',`]),
    `    key: '${key.name}',`,
    ...(type === undefined ? [] : [`    keyType: ${type},`]),
    '    colocated: {',
    ...colocated.map(
      ({ table, key: column }: Placed) => `      ${table.name}: '${column ?? ''}', // ${size(table)}, ${share([table])} of writes`,
    ),
    '    },',
    '  },',
    ...wholeLines(proposal, share),
    ...(proposal.rest.length > 0 || proposal.whole.length === 0 ? [`  rest: '${REST}', // ${list(proposal.rest) || 'no table yet'}`] : []),
    ...(proposal.reference.length > 0
      ? ['  // Small, hardly written, and joined to rows on shards.', `  reference: [${quoted(proposal.reference)}],`]
      : []),
    '});',
    '',
    `export const database = DatabaseTier.sharded({ model, shardMap: ShardMap.${type === undefined ? 'range' : 'hash'}(2) });`,
    ...notes(proposal),
    '',
  ];
  return lines.join('\n');
}

function wholeLines({ whole }: Proposal, share: (tables: readonly Table[]) => string): string[] {
  if (whole.length === 0) return [];
  const lines = whole.map(({ name, tables }) => `    ${name}: [${quoted(tables)}], // ${share(tables)} of writes`);
  return ['  // Joined by foreign keys among themselves, or busy.', '  whole: {', ...lines, '  },'];
}

function notes({ odd, open }: Proposal): string[] {
  const left = odd.map(({ name, odd: why }) => `${name} ${why ?? ''}: it can't move by a model; change it, or name it in left`);
  const all = [...left, ...open].map((line) => `// - ${line.replace(/\s+/g, ' ')}`);
  return all.length === 0 ? [] : ['', '// What the check of the runbook, or your application, would not take as it is:', ...all];
}

/** Says which part of all writes tables have. */
function shareOf(tables: readonly Table[]): (some: readonly Table[]) => string {
  const sum = (some: readonly Table[]): number => some.reduce((total, { writes }) => total + writes, 0);
  const all = sum(tables);
  return (some) => (all === 0 ? 'none' : `${Math.round((100 * sum(some)) / all)} %`);
}

const quoted = (tables: readonly Table[]): string => tables.map(({ name }) => `'${name}'`).join(', ');
const list = (tables: readonly Table[]): string => tables.map(({ name }) => name).join(', ');
const size = ({ rows }: Table): string => `${Math.round(rows).toLocaleString('en-US')} rows`;
