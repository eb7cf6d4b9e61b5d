import { isDatabaseError } from '../data/database-server';
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
  ) {
    this.turns = new Turns(map.ranges);
  }

  public async find(id: string): Promise<number | undefined> {
    return Promise.resolve(shardInRanges(this.map, id));
  }

  public async add(profile: Profile): Promise<string> {
    return this.turns.take(async (range) => {
      try {
        return await this.shards.use(range.shard, async (database) => insertWithSequence(database, sequenceOf(range), profile));
      } catch (error) {
        throw isDatabaseError(error, SEQUENCE_ENDED) ? new Full('the range is full', { cause: error }) : error;
      }
    });
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
      const first = range.from > 0n ? range.from : 1n;
      return `DO $$ BEGIN
        IF to_regclass('${sequence}') IS NULL THEN
          CREATE SEQUENCE ${sequence} AS bigint MINVALUE ${first} MAXVALUE ${range.to - 1n} START ${first};
          PERFORM setval('${sequence}', max(id)) FROM users WHERE id >= ${first} AND id < ${range.to} HAVING max(id) IS NOT NULL;
        END IF;
      END $$`;
    });
}

function sequenceOf({ from }: Range): string {
  return `user_ids_${from}`;
}
