import { Unavailable } from '../timing';

const WAIT_MS = 3_000;
/** More who wait would be memory and no help: the last of them had to wait longer than anybody does. */
const MOST_WAITING = 200;

interface Share {
  taken: number;
  /** Somebody waited in vain, and nobody was done since. */
  stuck: boolean;
  readonly waiting: Set<() => void>;
}

/**
 * Lets statements on one table have some of the connections at a time, never all: a table that is locked or slow takes no page that doesn't
 * need it. Who has waited in vain for it is the last who waits: others are refused at once, until one of its statements has ended.
 */
export class TableShares {
  private readonly shares = new Map<string, Share>();

  /**
   * @param part whose connections they are, for messages.
   * @param each how many statements on one table run at a time.
   */
  public constructor(
    private readonly part: string,
    private readonly each: number,
    private readonly waitMs = WAIT_MS,
  ) {}

  /** Runs a statement when it is its table's turn. */
  public async use<T>(sql: string, run: () => Promise<T>): Promise<T> {
    const table = tableOf(sql);
    const share = this.shares.get(table) ?? { taken: 0, stuck: false, waiting: new Set() };
    this.shares.set(table, share);
    if (share.taken < this.each) share.taken += 1;
    else await this.turn(table, share);
    try {
      return await run();
    } finally {
      share.stuck = false;
      const next = share.waiting.values().next().value;
      // Whoever is next has the place of who leaves.
      if (next) next();
      else share.taken -= 1;
    }
  }

  private async turn(table: string, share: Share): Promise<void> {
    const busy = new Unavailable(this.part, `statements on ${table} have all connections that they may have`);
    if (share.stuck || share.waiting.size >= MOST_WAITING) throw busy;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        share.waiting.delete(go);
        share.stuck = true;
        reject(busy);
      }, this.waitMs);
      const go = (): void => {
        clearTimeout(timer);
        share.waiting.delete(go);
        resolve();
      };
      share.waiting.add(go);
    });
  }
}

/** The first table that a statement names. */
function tableOf(sql: string): string {
  return /\b(?:FROM|INTO|UPDATE)\s+([a-z_]+)/.exec(sql)?.[1] ?? 'no table';
}
