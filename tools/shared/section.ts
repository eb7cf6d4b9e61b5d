/** A part of the report, for any format that people read. */
export interface Section {
  readonly title: string;
  readonly lead: readonly string[];
  readonly head?: readonly string[];
  /** The last row is a total. */
  readonly totals?: boolean;
  readonly rows: readonly (readonly string[])[];
  /** A first cell that a person should notice. */
  readonly accent?: string;
  /** Columns of numbers. */
  readonly numbers: readonly number[];
}
