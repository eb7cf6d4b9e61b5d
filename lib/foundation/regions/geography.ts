import { InvalidInput } from '../invalid-input';

/** The regions of a deployment, as one of them sees them. Roles are those of the founding: a failover moves writers, never a template. */
export class Geography {
  /** The founding region: it owns the global databases, the CDN and the buckets that others copy. */
  public readonly founding: string;
  /** Whether this region is the founding one. */
  public readonly isFounding: boolean;
  /** All regions but the founding one. */
  public readonly further: string[];

  /**
   * @param regions two to five different regions, the founding one first.
   * @param region the one that looks.
   * @param writeForwarding whether databases elsewhere pass writes on to the founding region.
   */
  public constructor(
    public readonly regions: string[],
    public readonly region: string,
    public readonly writeForwarding: boolean,
  ) {
    if (regions.length < 2 || regions.length > 5 || new Set(regions).size !== regions.length) {
      throw new InvalidInput(`regions ${regions.join(',')} can't be: two to five different ones are needed, the founding one first`);
    }
    if (!regions.includes(region))
      throw new InvalidInput(`region ${region} is none of ${regions.join(', ')}: add it, or make the stack in one of these`);
    [this.founding, ...this.further] = regions;
    this.isFounding = region === this.founding;
  }
}

/** Options of {@link Reach.global}. */
export interface GlobalReachOptions {
  /**
   * Whether the databases of further regions pass writes on to the founding region. Without it the application needs a network of its own to reach
   * the founding region's writers.
   * @default true
   */
  readonly writeForwarding?: boolean;
}

/** How far an architecture reaches. */
export class Reach {
  /** One region. */
  public static regional(): Reach {
    return new Reach(false, false);
  }

  /** The same architecture in two to five regions. */
  public static global(options: GlobalReachOptions = {}): Reach {
    return new Reach(true, options.writeForwarding ?? true);
  }

  private constructor(
    /** Whether there are several regions. */
    public readonly isGlobal: boolean,
    /** Whether databases of further regions pass writes on. */
    public readonly writeForwarding: boolean,
  ) {}
}
