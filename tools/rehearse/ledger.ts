import { homesOf } from './people';
import type { Rehearsal } from './rehearsal';

/** What became of everybody and of every confirmed write, by what the databases have now. */
export interface Ledger {
  /** People in all databases that take writes. */
  readonly people: number;
  /** Writes that were confirmed before it was looked. */
  readonly confirmed: number;
  /** Names of confirmed writes that are nowhere. */
  readonly lost: readonly string[];
  /** Names that are there more than once. */
  readonly doubled: readonly string[];
}

/** Looks at every database; people may go on meanwhile. */
export async function ledgerOf({ regions, traffic }: Rehearsal): Promise<Ledger> {
  const confirmed = traffic.written.map(({ name }) => name);
  const homes = await homesOf(regions.all);
  const names = await Promise.all(
    homes.map(async (home) => home.sql<{ name: string }>('SELECT name FROM users WHERE name LIKE $$Written %$$')),
  );
  const counts = await Promise.all(homes.map(async (home) => home.sql<{ rows: number }>('SELECT count(*)::integer AS rows FROM users')));
  const there = new Set<string>();
  const doubled: string[] = [];
  for (const { name } of names.flat()) {
    if (there.has(name)) doubled.push(name);
    there.add(name);
  }
  return {
    people: counts.flat().reduce((sum, { rows }) => sum + rows, 0),
    confirmed: confirmed.length,
    lost: confirmed.filter((name) => !there.has(name)),
    doubled,
  };
}
