import type { Row, Thing } from '../picture/model';
import type { Box } from './metrics';

/** A thing on the sheet. */
export interface Node {
  readonly thing: Thing;
  readonly box: Box;
  readonly look: 'band' | 'single' | 'slot' | 'card' | 'border';
  /** Channel to its left and to its right; none for what is outside of regions. */
  readonly left?: string;
  readonly right?: string;
  /** `0.0`: number of its region and network. */
  readonly network?: string;
  /** Centre of each column that it spans. */
  readonly columns: readonly Box[];
}

/** A box around things. */
export interface Frame {
  readonly kind: 'cloud' | 'region' | 'vpc' | 'zone' | 'subnet';
  readonly box: Box;
  readonly title: string;
  readonly row?: Row['kind'];
  /** Where its title begins, if not at its left edge. */
  readonly titleX?: number;
  readonly id: string;
}

/** All boxes of a sheet, and where its channels are. */
export interface Grid {
  readonly nodes: readonly Node[];
  readonly frames: readonly Frame[];
  /** First line of each channel: an x, or a y for `top` and `bottom`. */
  readonly channels: Readonly<Record<string, number>>;
  /** Free columns between zones of each network. */
  readonly gaps: Readonly<Record<string, readonly number[]>>;
  readonly regionsTop: number;
  readonly width: number;
  readonly height: number;
}
