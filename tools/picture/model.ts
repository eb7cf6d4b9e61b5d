/** What a comparison says about a thing or an arrow. */
export type Mark = 'new' | 'changed' | 'gone';

/** A resource in a template. */
export interface ResourceName {
  readonly stack: string;
  readonly logicalId: string;
  /** Construct path below the stack. */
  readonly path: string;
  readonly type: string;
}

/** Subnets of one kind and name, one in each zone. */
export interface Row {
  readonly id: string;
  /** Name of the group, as the CDK tags it: `App`; empty where nobody named it. */
  readonly name: string;
  readonly kind: 'public' | 'private' | 'isolated';
  /** Zones, by their number in the network, in which it has a subnet. */
  readonly zones: readonly number[];
}

/** A VPC. */
export interface Network {
  readonly id: string;
  readonly title: string;
  /** Names of its zones: `us-east-1a`, or `zone 1` where only AWS knows. */
  readonly zones: readonly string[];
  readonly rows: readonly Row[];
  /** The VPC itself, its subnets, routes and attachments. */
  readonly resources: readonly ResourceName[];
}

/** A region, or an environment that doesn't say which. */
export interface Region {
  readonly id: string;
  readonly title: string;
  readonly networks: readonly Network[];
}

/** Where a thing stands. */
export type Place =
  /** Outside of AWS: users. */
  | { readonly at: 'outside' }
  /** In AWS, in no region: CloudFront, Route 53. */
  | { readonly at: 'global' }
  /** In a region, in no network. */
  | { readonly at: 'region'; readonly region: string }
  /** At the border of a network: its internet gateway, endpoints without a subnet. */
  | { readonly at: 'border'; readonly region: string; readonly network: string }
  /** In subnets. */
  | { readonly at: 'subnets'; readonly region: string; readonly network: string; readonly row: string; readonly zones: readonly number[] };

/** One of the parts that a thing runs on: the writer of a cluster, a server of a group. */
export interface Member {
  readonly label: string;
  /** Number of its zone in the network. */
  readonly zone: number;
}

/** A box in the picture. */
export interface Thing {
  /** The same in every picture of the deployment: region, kind and construct path. */
  readonly id: string;
  /** Name of its row in `KINDS`. */
  readonly kind: string;
  readonly title: string;
  /** What it is: `Aurora PostgreSQL`. */
  readonly what: string;
  /** Its size: `db.r6g.large · Multi-AZ`; may be empty. */
  readonly size: string;
  readonly place: Place;
  /** How many alike stand here. */
  readonly count: number;
  readonly members: readonly Member[];
  /** Its resources: first itself and those alike, then what is folded into it. */
  readonly resources: readonly ResourceName[];
  /** How many of the resources are itself. */
  readonly own: number;
  readonly mark?: Mark;
}

/** Why an arrow is there. */
export type Reason = 'ingress' | 'target' | 'origin' | 'record' | 'queue' | 'event' | 'data' | 'copy' | 'dead letters' | 'backup' | 'entry';

/** From who asks to who answers; for copies, from the original to the copy. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly reason: Reason;
  /** A port, or a word: `5432`, `send`, `copies`. */
  readonly label: string;
  readonly mark?: Mark;
}

/** Resources that are neither drawn nor part of something that is. */
export interface Listed {
  readonly type: string;
  readonly count: number;
}

/** An architecture, read from its templates alone. */
export interface Picture {
  /** Of this shape; another number when a field changes its meaning or goes. */
  readonly version: 1;
  readonly title: string;
  readonly regions: readonly Region[];
  readonly things: readonly Thing[];
  readonly arrows: readonly Arrow[];
  /** What lets traffic in between drawn things without an arrow of its own, in words. */
  readonly openings: readonly string[];
  readonly listed: readonly Listed[];
}
