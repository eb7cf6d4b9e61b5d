import type { Health } from './health';

/** Longer than a database or a store takes to fail over inside its region. */
const PATIENCE_MS = 60_000;

/**
 * Whether visitors are served here, or better elsewhere. Where there is nowhere else, every part that the application can't do without has
 * to answer. With other regions DNS moves visitors away from one that isn't ready, so only what another region does better counts: a database
 * that can be read here is no reason, because writes go to the same writer from everywhere, and neither is a failover inside the region, which
 * takes less than a minute.
 */
export class Readiness {
  private readonly awaySince = new Map<string, number>();

  /** @param now the clock. */
  public constructor(private readonly now: () => number = () => performance.now()) {}

  public of(health: readonly Health[], hasOtherRegions: boolean): boolean {
    const away = health.filter(({ ok, required }) => required && !ok);
    if (!hasOtherRegions) return away.length === 0;
    const missed = away.filter(({ kind }) => !health.some((other) => other.standsFor === kind && other.ok)).map(({ kind }) => kind);
    for (const kind of this.awaySince.keys()) if (!missed.some((one) => one === kind)) this.awaySince.delete(kind);
    for (const kind of missed) this.awaySince.set(kind, this.awaySince.get(kind) ?? this.now());
    return [...this.awaySince.values()].every((since) => this.now() - since < PATIENCE_MS);
  }
}
