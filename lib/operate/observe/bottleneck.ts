import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** One sign that an architecture is at its limit. */
export interface BottleneckSign {
  /** Construct id of its alarm, PascalCase. */
  readonly id: string;
  /** What is measured, with its unit, for a graph's title. */
  readonly title: string;
  /** The measure. */
  readonly metric: cloudwatch.IMetric;
  /** More than this is too much; `docs/graduation.md` has where each comes from. */
  readonly threshold: number;
  /**
   * Whether an alarm can watch it: not where the measure is in another region.
   * @default true
   */
  readonly watchable?: boolean;
}

/** What limits one kind of architecture, how that shows, and what the next one changes. */
export interface Bottleneck {
  /** Anchor of its section in `docs/graduation.md`. */
  readonly anchor: string;
  /** What gets scarce. */
  readonly limit: string;
  /**
   * What the next architecture changes.
   * @default - there is none
   */
  readonly next?: string;
  /**
   * What to undo where the architecture is far too big.
   * @default - there is no smaller one
   */
  readonly back?: string;
  /** The signs; none where no metric shows the limit, or there is no next architecture. */
  readonly signs: BottleneckSign[];
  /** Ids of signs: it is time when all of one list show. */
  readonly when: string[][];
}
