/** One claim about an architecture, and what was seen of it. */
export interface Seen {
  /** Stage at which it was looked at. */
  readonly stage: number;
  readonly claim: string;
  readonly bound: string;
  readonly seen: string;
  readonly held: boolean;
}

/** All that a check found. */
export interface Report {
  readonly claims: readonly Seen[];
  readonly held: boolean;
  readonly seconds: number;
  /** Share of this machine's processors that was busy; above nine tenths times say little. */
  readonly processors: number;
}
