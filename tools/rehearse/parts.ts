import type { Json } from '../shared/template';

/** Something of a template that is started here. */
export interface Part {
  /** Logical id of the resource that says so. */
  readonly id: string;
  /** What people call it: its construct path without what all have in common. */
  readonly name: string;
}

/** A database server. */
export interface DatabasePart extends Part {
  /** Logical id of the secret of its master user; none for the database on the one server, which is reached by a socket. */
  readonly secret?: string;
  /** Logical id of the database that it copies. */
  readonly source?: string;
  /** Settings of its parameter group. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Its global database, how it is called there, and whether it passes writes on while it is a copy. One without a secret is a copy of another region's. */
  readonly global?: { readonly database: string; readonly cluster: string; readonly forwards: boolean };
}

/** A bucket. */
export interface BucketPart extends Part {
  /** Its name, where the template gives it one. */
  readonly called?: Json;
  /** What begins so is copied to other buckets, by their ARNs. */
  readonly copies: readonly { readonly prefix: string; readonly to: Json }[];
}

/** A cache, or the session store. */
export interface StorePart extends Part {
  readonly secret: string;
  /** What it does when it is full, as Valkey calls it. */
  readonly eviction: string;
}

/** A table, as the API takes it. */
export interface TablePart extends Part {
  readonly table: string;
  readonly key: Json;
  readonly attributes: Json;
  /** Says when items may be deleted. */
  readonly expiry: Json;
}

/** A queue; what nobody could do so many times goes to another one. */
export interface QueuePart extends Part {
  readonly tries: number;
}

/** A secret: a word, or a word in a text. */
export interface SecretPart extends Part {
  /** JSON to which the word is added, where there is some, as the template writes it. */
  readonly template?: Json;
  /** Other regions that have it under the same name. */
  readonly regions: readonly string[];
}

/** Servers that are alike. */
export interface ServersPart extends Part {
  /** What they do: `web` or `worker`. */
  readonly role: string;
  readonly userData: Json;
  /** How many there are at the least. */
  readonly least: number;
  /** Whether a load balancer sends them requests. */
  readonly balanced: boolean;
}

/** A way through the CDN, by logical ids. */
export interface CdnPart extends Part {
  readonly behaviours: readonly { readonly path: string; readonly origins: readonly Json[]; readonly policy: Json }[];
}
