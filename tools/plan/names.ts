/** Names that a deployment has for something else. */
const TAKEN = [
  'database',
  'region',
  'cache',
  'sessions',
  'storage',
  'server',
  'cluster',
  'climb',
  'application',
  'ground',
  'reference',
  'release',
  'others',
];

/** The name of a function that is called after a table: five to sixteen letters, and not there yet. */
export function nameOf(table: string, taken: Set<string>): string {
  const letters = table.toLowerCase().replace(/[^a-z]/g, '');
  const name = [letters, `${letters}data`, `my${letters}`, `other${letters}`]
    .map((one) => one.slice(0, 16))
    .find((one) => one.length > 4 && !TAKEN.includes(one) && !one.startsWith('shard') && !taken.has(one));
  const found = name ?? `function${'abcdefgh'[taken.size]}`;
  taken.add(found);
  return found;
}
