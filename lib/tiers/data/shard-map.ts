import { InvalidInput } from '../../foundation/invalid-input';
import { jumpHash } from './jump-hash';

/** How the shard of a user is found. */
export enum ShardStrategy {
  /** By ranges of ids: 0 to 1M on shard 0, 1M to 2M on shard 1. A shard's own sequence gives ids inside its range. */
  RANGE = 'range',
  /** By a hash of the id: even load, and growth moves only what the new shards take. */
  HASH = 'hash',
  /** By a table that names the shard of each id: anything can be moved, at the price of a look-up. */
  DIRECTORY = 'directory',
}

/** A half-open range of ids on one shard. */
export interface ShardRange {
  /** The first id, a whole number. */
  readonly from: number;
  /** The id behind the last. */
  readonly to: number;
  /** Number of the shard. */
  readonly shard: number;
}

/** The most shards a map can have. */
const MOST = 1024;

/** Characters of a standard parameter. */
const PARAMETER = 4096;

/** Ids in a range unless it is said otherwise. */
const RANGE_SIZE = 1_000_000;

/**
 * Which shard holds which user: data, the same for the template, the application and whoever reads it.
 * Shards are numbered from 0, are only ever added at the end, and never change their number.
 */
export class ShardMap {
  /** What the application reads while all users are in the one database, and the shards beside it are being filled. */
  public static readonly CORE = JSON.stringify({ strategy: 'core', version: 0, shards: 0 });

  /**
   * Ranges of one size, in order: the first million ids on shard 0, the second on shard 1.
   * @param shards how many shards, 1 to 1,024.
   * @param size ids per shard.
   */
  public static range(shards: number, size: number = RANGE_SIZE): ShardMap {
    if (!Number.isSafeInteger(size) || size < 1) throw new InvalidInput(`range size ${size} must be a whole number of ids, 1 or more`);
    return new ShardMap(ShardStrategy.RANGE, shards, size, []);
  }

  /**
   * Ranges of your own. They start at 0 and leave no gap; a shard may hold several.
   * @param shards how many shards, 1 to 1,024.
   * @param ranges in any order.
   */
  public static ofRanges(shards: number, ranges: ShardRange[]): ShardMap {
    const sorted = [...ranges].sort((a, b) => a.from - b.from);
    refuseImpossibleRanges(shards, sorted);
    const map = new ShardMap(ShardStrategy.RANGE, shards, 0, sorted);
    const { length } = map.toText();
    if (length > PARAMETER) {
      throw new InvalidInput(
        `${sorted.length} ranges take ${length} characters, a parameter holds ${PARAMETER}: use ShardMap.range or a directory`,
      );
    }
    return map;
  }

  /**
   * A consistent hash of the id.
   * @param shards how many shards, 1 to 1,024.
   */
  public static hash(shards: number): ShardMap {
    return new ShardMap(ShardStrategy.HASH, shards, 0, []);
  }

  /**
   * A table beside the orders names the shard of each user.
   * @param shards how many shards, 1 to 1,024.
   */
  public static directory(shards: number): ShardMap {
    return new ShardMap(ShardStrategy.DIRECTORY, shards, 0, []);
  }

  /** A map by one of the strategies with its usual settings. */
  public static of(strategy: ShardStrategy, shards: number): ShardMap {
    const make = { [ShardStrategy.RANGE]: () => ShardMap.range(shards), [ShardStrategy.HASH]: () => ShardMap.hash(shards) };
    return strategy === ShardStrategy.DIRECTORY ? ShardMap.directory(shards) : make[strategy]();
  }

  private constructor(
    /** How the shard of a user is found. */
    public readonly strategy: ShardStrategy,
    /** How many shards there are. */
    public readonly shards: number,
    private readonly size: number,
    private readonly explicit: ShardRange[],
  ) {
    if (!Number.isInteger(shards) || shards < 1 || shards > MOST)
      throw new InvalidInput(`shards ${shards} is not possible: allowed are 1 to ${MOST}`);
  }

  /** Grows with the map, so that an application can tell that it changed. */
  public get version(): number {
    return this.shards + this.explicit.length;
  }

  /** The ranges, in order; empty unless the strategy is `range`. */
  public get ranges(): ShardRange[] {
    if (this.strategy !== ShardStrategy.RANGE || this.explicit.length > 0) return this.explicit;
    return Array.from({ length: this.shards }, (_, shard) => ({ from: shard * this.size, to: (shard + 1) * this.size, shard }));
  }

  /**
   * The shard of an id.
   * @param id a decimal number; one that no range holds is refused, and so is every id of a directory, which is data and not code.
   */
  public shardOf(id: string): number {
    if (this.strategy === ShardStrategy.HASH) return jumpHash(id, this.shards);
    const range = this.ranges.find(({ from, to }) => BigInt(from) <= BigInt(id) && BigInt(id) < BigInt(to));
    if (!range) throw new InvalidInput(`id ${id} is on no shard of this ${this.strategy} map`);
    return range.shard;
  }

  /**
   * The same map with more shards.
   * @param shards at least as many as now: data on a shard that goes would be lost.
   */
  public grownTo(shards: number): ShardMap {
    if (shards < this.shards)
      throw new InvalidInput(`shards ${shards} is less than ${this.shards}: a map only grows, the data of a shard that goes would be lost`);
    return this.withShards(shards);
  }

  /**
   * The same kind of map with another number of shards, for a template that was not deployed yet. Ranges of your own stay as they are.
   * @param shards 1 to 1,024.
   */
  public withShards(shards: number): ShardMap {
    return new ShardMap(this.strategy, shards, this.size, this.explicit);
  }

  /** What the application reads: `{ strategy, version, shards }` with `size` or `ranges` for ranges. */
  public toText(): string {
    const { strategy, version, shards, size, explicit } = this;
    return JSON.stringify({ strategy, version, shards, ...(size > 0 && { size }), ...(explicit.length > 0 && { ranges: explicit }) });
  }
}

function refuseImpossibleRanges(shards: number, sorted: ShardRange[]): void {
  let end = 0;
  for (const { from, to, shard } of sorted) {
    const range = `range ${from} to ${to}`;
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from >= to)
      throw new InvalidInput(`${range} is empty or not of whole numbers`);
    if (!Number.isInteger(shard) || shard < 0 || shard >= shards) {
      throw new InvalidInput(`${range} is on shard ${shard}, which does not exist: allowed are 0 to ${shards - 1}`);
    }
    if (from > end) throw new InvalidInput(`${range} leaves a gap: ids from ${end} on have no shard`);
    if (from < end) throw new InvalidInput(`${range} overlaps the one before it, which ends at ${end}`);
    end = to;
  }
  if (end === 0) throw new InvalidInput('a shard map needs ranges: give at least one, from 0');
}
