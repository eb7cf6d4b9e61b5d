import { HealthChecks, type Target } from '../servers/health-checks';
import { REMEMBERED_MS } from './limits';

/** Route 53 asks every ten seconds. Here it is ten times as quick. */
const CHECK_MS = 1_000;

/** A region as DNS knows it. */
export interface RegionTarget extends Target {
  readonly region: string;
}

/** DNS by place: everybody is sent to the region nearest to them, or to the next one while that is not well. Answers are remembered for a while. */
export class Dns {
  private readonly checks: HealthChecks<RegionTarget>;
  private known: ReadonlySet<string> = new Set();

  /**
   * Begins to ask the regions.
   * @param changed called when answers have changed, and everybody has noticed.
   */
  public constructor(
    private readonly targets: () => readonly RegionTarget[],
    changed: (region: string, isIn: boolean) => void,
  ) {
    this.checks = new HealthChecks(
      targets,
      CHECK_MS,
      ({ region, isIn }) => {
        setTimeout(() => {
          this.known = new Set([...this.known].filter((one) => one !== region).concat(isIn ? [] : [region]));
          changed(region, isIn);
        }, REMEMBERED_MS).unref();
      },
      '/readyz',
    );
  }

  /** Region that somebody near a region is sent to. Where none is well, the nearest. */
  public answer(place: string): string {
    const others = this.targets().map(({ region }) => region);
    return [place, ...others].find((region) => !this.known.has(region)) ?? place;
  }

  public async stop(): Promise<void> {
    this.checks.stop();
    return Promise.resolve();
  }
}
