/** The most days that a report covers. */
export const MOST_DAYS = 365;
/** The most seconds that a report takes longer, for a demonstration. */
export const MOST_SECONDS = 30;

/** What a report is about. */
export interface ReportWish {
  /** It covers these days up to now. */
  readonly days: number;
  /** It takes these seconds longer, so that there is something to see. */
  readonly seconds: number;
}

/** How far a report is. */
export type ReportState = 'accepted' | 'running' | 'done' | 'failed';

/** What was ordered of one product, or of all that have no line of their own. */
export interface ReportLine {
  /** Nothing in the line of all others. */
  readonly productId: string | null;
  /** Nothing where the product is gone. */
  readonly product: string | null;
  readonly orders: number;
  readonly quantity: number;
}

/** A report and how far it is. */
export interface Report extends ReportWish {
  readonly id: string;
  readonly state: ReportState;
  /** There when it is done. */
  readonly result: readonly ReportLine[] | null;
}

/** The right to work on a report. */
export interface Claim extends ReportWish {
  readonly id: string;
  /** Grows with each claim: who has an old one changes nothing any more. */
  readonly claim: string;
}
