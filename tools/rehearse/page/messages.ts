import type { Captions } from '../captions';
import type { Climb } from '../climb';
import type { Prediction } from '../controls';
import type { Fault, Thing } from '../faults';
import type { Happened } from '../journal';
import type { Numbers } from '../meters';
import type { Signs } from '../signs';

/** A button: what it does to a part, and what is on it. */
export interface Way {
  readonly fault: Fault;
  readonly words: string;
}

/** A part on the page. */
export interface PartView extends Pick<Thing, 'name'> {
  /** Id of its box in the picture; empty where it has none. */
  readonly box: string;
  readonly ways: readonly Way[];
  /** How it is broken. */
  readonly fault?: Fault;
}

/** What is deployed; sent at the start and after each deploy. */
export interface StageMessage {
  readonly title: string;
  readonly svg: string;
  /** Where the website is. */
  readonly site: string;
  /** The stage that may be climbed to; none at the top. */
  readonly next?: number;
  readonly hasQueue: boolean;
  readonly hasRegions: boolean;
  /** What is imitated, and what can't be shown. */
  readonly imitated: string;
  readonly limits: readonly string[];
}

/** A second. */
export interface SecondMessage {
  readonly numbers: Numbers;
  readonly captions: Captions;
  readonly parts: readonly PartView[];
  readonly signs: Signs;
  readonly writes: number;
  readonly skew: number;
  /** What goes on, and keeps other things from beginning. */
  readonly busy?: string;
}

/** What has ended. */
export interface DoneMessage {
  readonly climbs: readonly (Climb & { readonly words: string })[];
  readonly predictions: readonly (Prediction & { readonly words: string })[];
}

/** All that the page is sent, by the names of its events. */
export interface Messages {
  readonly stage: StageMessage;
  readonly second: SecondMessage;
  readonly log: readonly Happened[];
  readonly done: DoneMessage;
}

/** What the page asks for. */
export type Ask =
  | { readonly do: 'users' | 'writes' | 'skew'; readonly value: number }
  | { readonly do: 'break'; readonly part: string; readonly fault: Fault }
  | { readonly do: 'bring back'; readonly part: string }
  | { readonly do: 'predict'; readonly part: string; readonly said: number }
  | { readonly do: 'climb' | 'poison' | 'fail over' };
