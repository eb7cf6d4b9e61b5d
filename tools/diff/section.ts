/** How a line is meant; a terminal shows it as a colour. */
export type Tone = 'bad' | 'warning' | 'good' | 'change' | 'plain' | 'faint';

/** One line of a section. */
export interface Row {
  readonly tone: Tone;
  /** Where it is, if several stacks are concerned. */
  readonly stack?: string;
  /** The first one says the verdict, the last one may be long. */
  readonly cells: readonly string[];
}

/** A part of the report, the same in every format that people read. */
export interface Section {
  readonly title: string;
  /** What is said before the lines, or instead of them. */
  readonly lead?: { readonly tone: Tone; readonly text: string };
  readonly rows: readonly Row[];
  /** What stands in each column of the rows; a format may leave it out. */
  readonly head?: readonly string[];
  /** Whether a cell needs the name of its column where no table has room. */
  readonly labelled?: boolean;
  /** Of little weight: a format may hide it until it is asked for. */
  readonly folded?: boolean;
}

/** Makes a row, with the name of its stack where that has to be said. */
export type Placed = (tone: Tone, stack: string, ...cells: readonly string[]) => Row;
