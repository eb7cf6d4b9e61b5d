import type { Duplex } from 'node:stream';

/** Lets two ends talk with each other. One end of a conversation is the end of both. */
export function joinEnds(outside: Duplex, inside: Duplex): void {
  for (const [one, other] of [
    [outside, inside],
    [inside, outside],
  ] as const) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
    one.pipe(other);
  }
}
