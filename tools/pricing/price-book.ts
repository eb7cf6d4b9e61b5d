import euWest1 from './prices/eu-west-1.json';
import usEast1 from './prices/us-east-1.json';

/** Where a price was read. */
export interface Source {
  /** Name of the document. */
  readonly name: string;
  /** When it was published or, where it has no date, read: `2026-08-31`. */
  readonly date: string;
  readonly url?: string;
}

/** What something costs. */
export interface Price {
  /** Of what: `hour`, `GB-month`, `million requests`. */
  readonly unit: string;
  /** Price of a unit in US dollars; of the first one where there are tiers. */
  readonly usd: number;
  /** Upper ends of the tiers in units, null for the last, each with its price; units are counted from zero in every month. */
  readonly tiers?: readonly Tier[];
  readonly source: Source;
  /** Whether a document says so. False for what is only commonly quoted. */
  readonly confirmed: boolean;
}

type Tier = readonly [upTo: number | null, usd: number];

interface Entry {
  readonly usd?: number;
  readonly tiers?: readonly (readonly (number | null)[])[];
  readonly unit: string;
  readonly source: string;
  readonly confirmed?: boolean;
}

interface BookFile {
  readonly region: string;
  readonly sources: Readonly<Record<string, Source>>;
  readonly prices: Readonly<Record<string, Entry>>;
}

const FILES: readonly BookFile[] = [usEast1, euWest1];

/** Prices of one region, each with its source and date: a committed file, never the network. */
export class PriceBook {
  /** Regions that have a book. */
  public static readonly REGIONS: readonly string[] = FILES.map(({ region }) => region);

  private static readonly books = new Map(FILES.map((file) => [file.region, new PriceBook(file)]));

  /** The book of a region; undefined where there is none. */
  public static of(region: string): PriceBook | undefined {
    return PriceBook.books.get(region);
  }

  private readonly prices: ReadonlyMap<string, Price>;

  private constructor({ sources, prices }: BookFile) {
    this.prices = new Map(
      Object.entries(prices).map(([key, { usd, tiers, unit, source, confirmed = true }]) => [
        key,
        { unit, usd: usd ?? tiers?.[0]?.[1] ?? 0, tiers: tiers as readonly Tier[] | undefined, source: sources[source], confirmed },
      ]),
    );
  }

  /** A price by its key, such as `ec2:m7g.large`; undefined where the book has none. */
  public price(key: string): Price | undefined {
    return this.prices.get(key);
  }

  /** All keys. */
  public get keys(): string[] {
    return [...this.prices.keys()];
  }
}

/** What a quantity costs in a month, tier by tier. */
export function costOf({ usd, tiers }: Price, quantity: number): number {
  if (tiers === undefined) return usd * quantity;
  let from = 0;
  let sum = 0;
  for (const [upTo, price] of tiers) {
    const to = Math.min(quantity, upTo ?? Infinity);
    if (to > from) sum += (to - from) * price;
    from = Math.max(from, to);
  }
  return sum;
}
