/** Time in ids counts from here. */
export const EPOCH = Date.UTC(2025, 0, 1);

/** The most workers that can make ids at the same time: 10 bits. */
export const WORKERS = 1 << 10;

/** The most ids that a worker makes in a millisecond: 12 bits. */
export const SEQUENCES = 1 << 12;

/** The last millisecond that fits into 41 bits, in September 2094. */
export const LAST_TIME = EPOCH + 2 ** 41 - 1;

/** What an id is made of. */
export interface IdParts {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly worker: number;
  readonly sequence: number;
}

/** A 63-bit number that grows with time, so that new rows are neighbours in an index: 41 bits of time, 10 of worker, 12 of sequence. */
export function idOf({ time, worker, sequence }: IdParts): bigint {
  if (time < EPOCH || time > LAST_TIME) throw new RangeError(`no id can hold the time ${time}`);
  return (BigInt(time - EPOCH) << 22n) | (BigInt(worker) << 12n) | BigInt(sequence);
}

/** What such an id was made of. */
export function partsOf(id: bigint): IdParts {
  return { time: Number(id >> 22n) + EPOCH, worker: Number((id >> 12n) & 1023n), sequence: Number(id & 4095n) };
}
