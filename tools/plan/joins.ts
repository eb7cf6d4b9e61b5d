import type { Statement } from './catalog';

/** Statements that join tables of several functions, with how often they ran: such joins become two questions of the application. */
export function joinedIn(statements: readonly Statement[], where: ReadonlyMap<string, string>): string[] {
  const seen = new Map<string, number>();
  for (const { text, calls } of statements) {
    const words = new Set(text.toLowerCase().match(/[a-z_][a-z0-9_]*/g));
    const tables = [...where.keys()].filter((table) => words.has(table) && where.get(table) !== 'reference');
    if (new Set(tables.map((table) => where.get(table))).size < 2) continue;
    const pair = tables.map((table) => `${table} (${where.get(table) ?? ''})`).join(' with ');
    seen.set(pair, (seen.get(pair) ?? 0) + calls);
  }
  return [...seen].map(
    ([pair, calls]) => `${calls.toLocaleString('en-US')} calls joined ${pair}: databases can't, the application asks each`,
  );
}
