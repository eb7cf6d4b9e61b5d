/** The function of tables that nobody names. */
export const REST = 'others';

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
  REST,
  'jobs',
  'edge',
  'core',
  'left',
  'master',
  'jdbc',
];

/** The name of a function that is called after a table: two to 22 letters and digits, not there yet, and long enough for any deployment. `users` is for the first, the sharded one. */
export function nameOf(table: string, taken: Set<string>): string {
  const letters = table
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^\d+/, '');
  const name = [letters, `${letters}data`, `my${letters}`, `other${letters}`]
    .map((one) => one.slice(0, 22))
    .find(
      (one) =>
        one.length > 4 &&
        !/\d$/.test(one) &&
        !TAKEN.includes(one) &&
        (one !== 'users' || taken.size === 0) &&
        !one.startsWith('shard') &&
        !taken.has(one),
    );
  const found = name ?? `function${'abcdefgh'[taken.size]}`;
  taken.add(found);
  return found;
}
