import { isDatabaseError } from '../data/database-server';
import type { Database } from '../data/database';
import { insertNext } from '../data/next-ids';
import { insertWithSequence, type Profile } from '../data/user-table';
import type { Placement } from './placement';
import { shardInRanges, type Range, type ShardMap } from './shard-map';
import type { Shards } from './shards';
import { Full, Turns } from './turns';

/** What PostgreSQL says when a sequence has come to its end. */
const SEQUENCE_ENDED = '2200H';

/** Users by ranges of ids. Each range has a sequence on its shard, so no two shards give the same id. */
export class RangePlacement implements Placement {
  private readonly turns: Turns<Range>;

  public constructor(
    private readonly map: ShardMap,
    private readonly shards: Shards,
    private readonly hasSequences: boolean,
  ) {
    this.turns = new Turns(map.ranges);
  }

  public async find(id: string): Promise<number | undefined> {
    return Promise.resolve(shardInRanges(this.map, id));
  }

  public async add(profile: Profile): Promise<string> {
    return this.turns.take(async (range) => this.shards.use(range.shard, async (database) => this.insert(database, range, profile)));
  }

  private async insert(database: Database, range: Range, profile: Profile): Promise<string> {
    const ids = { sequence: sequenceOf(range), first: firstOf(range), end: range.to };
    const bySequence = async (): Promise<string> => insertWithSequence(database, ids.sequence, profile);
    try {
      const id = await insertNext(database, ids, profile, this.hasSequences ? bySequence : undefined);
      if (id !== undefined) return id;
    } catch (error) {
      throw isDatabaseError(error, SEQUENCE_ENDED) ? new Full('the range is full', { cause: error }) : error;
    }
    throw new Full('the range is full');
  }

  public listed(before?: string): number[] {
    const below = this.map.ranges.filter(({ from }) => before === undefined || from < BigInt(before));
    return [...new Set(below.reverse().map(({ shard }) => shard))];
  }
}

/** Statements that make the sequences of a shard. Where users were moved in before, a sequence goes on behind them. */
export function sequencesOf({ ranges }: ShardMap, shard: number): string[] {
  return ranges
    .filter((range) => range.shard === shard)
    .map((range) => {
      const sequence = sequenceOf(range);
      const first = firstOf(range);
      return `DO $$ BEGIN
        IF to_regclass('${sequence}') IS NULL THEN
          CREATE SEQUENCE ${sequence} AS bigint MINVALUE ${first} MAXVALUE ${range.to - 1n} START ${first};
          PERFORM setval('${sequence}', max(id)) FROM users WHERE id >= ${first} AND id < ${range.to} HAVING max(id) IS NOT NULL;
        END IF;
      END $$`;
    });
}

function firstOf({ from }: Range): bigint {
  return from > 0n ? from : 1n;
}

function sequenceOf({ from }: Range): string {
  return `user_ids_${from}`;
}
