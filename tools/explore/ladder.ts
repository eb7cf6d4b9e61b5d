import type { Section } from '../diff/section';
import type { Mark } from '../picture/model';

/** All that the page knows: what `stagecraft explore` reads from templates, pages and sources, and puts into the file. */
export interface Ladder {
  /** Of this shape; another number when a field changes its meaning or goes. */
  readonly version: 1;
  readonly title: string;
  /** What the reader has to know to read the rest rightly. */
  readonly notes: readonly string[];
  readonly rungs: readonly Rung[];
  /** Icons and heads of arrows, once for all pictures. */
  readonly definitions: string;
  /** Resources as JSON, each once; a part names its own by its number here. */
  readonly resources: readonly string[];
  readonly load?: LoadScale;
}

/** One architecture of the ladder. */
export interface Rung {
  /** As it stands behind `#stage=`: `4`, or the name of a blueprint. */
  readonly id: string;
  /** `Stage 4: stateless tier`. */
  readonly title: string;
  /** Short name beside the slider. */
  readonly label: string;
  readonly picture: Drawing;
  /** The same, with what is new, changed and gone since the rung before. */
  readonly since?: Drawing;
  readonly page?: StagePage;
  readonly story?: Story;
  readonly change?: Change;
  readonly price?: Price;
  readonly recovery?: { readonly rto: string; readonly rpo: string; readonly why: string };
  readonly signs: readonly Sign[];
  /** When the signs together say that it is time, in the words of the alarm. */
  readonly next?: string;
  readonly drills: readonly DrillPage[];
  readonly blueprint?: Blueprint;
  readonly climb?: Climb;
  /** What is drawn, by the id of its box. */
  readonly things: Readonly<Record<string, Detail>>;
}

/** What is inside an `svg` element. */
export interface Drawing {
  readonly content: string;
  readonly width: number;
  readonly height: number;
}

/** Rows of a stage's page in docs/stages. */
export interface StagePage {
  readonly tagline: string;
  readonly users: string;
  readonly assumes: string;
  readonly bottleneck: string;
  readonly whenToMoveOn: string;
  readonly tradeOffs: string;
}

/** What the blueprint's source says above itself: in three parts, or of the first one as a whole. */
export interface Story {
  readonly broke?: string;
  readonly fix?: string;
  readonly costs?: string;
  readonly text?: string;
}

/** What differs from the rung before. */
export interface Change {
  /** `59 added · 19 changed · 0 replaced · 19 retired`. */
  readonly headline: string;
  readonly boxes: readonly { readonly mark: Mark; readonly id: string; readonly title: string; readonly what: string }[];
  /** Whether data is safe, in the words of `diff`. */
  readonly verdict: { readonly isSafe: boolean; readonly text: string };
  readonly sections: readonly Section[];
}

/** What it costs in a month, in US dollars. */
export interface Price {
  readonly expected: number;
  readonly fixed: number;
  readonly high: number;
  /** Users for whom it is priced. */
  readonly users: number;
  readonly services: readonly { readonly service: string; readonly expected: number }[];
  /** Against the rung before, at the same usage. */
  readonly delta?: string;
  /** What it costs for each number of users of the scale. */
  readonly byLoad: readonly number[];
}

/** A sign that it is time to climb, as an alarm of the template watches it. */
export interface Sign {
  /** `CPU of the server (%)`. */
  readonly title: string;
  readonly threshold: number;
  /** The box that it watches, if it is one that is drawn. */
  readonly thing?: string;
  /** What it stands for at any load, where load does not move it; undefined where it grows with the load. */
  readonly constant?: number | 'not by load';
}

/** Loads that the slider stands for, from few to many. */
export interface LoadScale {
  /** How much busier the peak is than the average, and how often somebody who is there asks. */
  readonly peak: { readonly factor: number; readonly secondsBetweenRequests: number };
  readonly steps: readonly { readonly users: number; readonly people: number; readonly requests: number; readonly writes: number }[];
  /** Most users that each rung is made for, in the order of the rungs. */
  readonly upTo: readonly number[];
}

/** A part of a drill's page. */
export interface DrillPage {
  readonly name: string;
  readonly title: string;
  /** What users notice, as it is expected. */
  readonly hypothesis: string;
  readonly does: string;
  readonly pass: string;
  /** Boxes that it strikes. */
  readonly things: readonly string[];
}

/** Lines of a blueprint, all tiers of it, with those marked that differ from the rung before. */
export interface Blueprint {
  readonly file: string;
  readonly lines: readonly { readonly text: string; readonly before?: string }[];
}

/** How the rung is reached from the one before, on a live system. */
export interface Climb {
  readonly moves: string;
  readonly waits: string;
  /** What is typed and read, in order. */
  readonly steps: readonly { readonly what: string; readonly why: string }[];
  readonly runbook: readonly { readonly step: string; readonly does: string; readonly proves: string }[];
  /** Whether the runbook switches; else the last deploy does. */
  readonly switches: 'runbook' | 'deploy' | 'nothing';
  /** What users feel of it. */
  readonly users: string;
  readonly bridge: Drawing;
}

/** All that is said of one box. */
export interface Detail {
  readonly title: string;
  readonly what: string;
  readonly size: string;
  /** What it is for, in a sentence; empty where nobody knows. */
  readonly purpose: string;
  readonly region: string;
  readonly mark?: Mark;
  readonly properties: readonly (readonly [name: string, value: string])[];
  readonly alarms: readonly { readonly name: string; readonly says: string }[];
  /** Names of drills that strike it. */
  readonly drills: readonly string[];
  /** Of the expected bill, in US dollars a month. */
  readonly price?: number;
  /** Itself first, then what is folded into it. */
  readonly parts: readonly Part[];
}

/** A resource of a box. */
export interface Part {
  readonly path: string;
  readonly type: string;
  /** Number of its JSON in `resources`. */
  readonly json: number;
}
