import { Distance, type Place } from './distance';
import type { Servers } from './servers';

/** All ways between regions. */
export class Ways {
  private readonly all: { readonly regions: readonly string[]; readonly distance: Distance }[] = [];

  public constructor(private readonly servers: Servers) {}

  /**
   * Opens a way from a region to another one.
   * @param at where it begins.
   * @param end where it ends.
   * @param milliseconds how long it takes, one way.
   */
  public async open(from: string, to: string, at: Place, end: () => Place | undefined, milliseconds: number): Promise<void> {
    const distance = this.servers.stoppedAtEnd(await Distance.open(at, end, milliseconds));
    this.all.push({ regions: [from, to], distance });
  }

  /** Cuts a region off from all others, or lets it back in. */
  public cut(region: string, isCut: boolean): void {
    for (const { regions, distance } of this.all) if (regions.includes(region)) distance.cut(isCut);
  }
}
