import { setTimeout as sleep } from 'node:timers/promises';

/** A part of the architecture didn't answer, or not in time. Visitors see "try again", not an error of ours. */
export class Unavailable extends Error {
  public constructor(part: string, reason: string, cause?: unknown) {
    super(`${part} is not available: ${reason}`, { cause });
  }
}

/** Waits. The signal ends the wait early. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** The promise's value, or `Unavailable` when it takes too long. The work itself isn't stopped. */
export async function within<T>(milliseconds: number, part: string, work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const tooLate = sleep(milliseconds, undefined, { signal: stop.signal }).then(() => {
    throw new Unavailable(part, `no answer in ${milliseconds} ms`);
  });
  // Whichever of the two loses still settles, with nobody waiting for it.
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    stop.abort();
  }
}

/** A value up to a fifth away from the given one, so that servers that started together drift apart. */
export function jitter(value: number): number {
  return value * (0.8 + Math.random() * 0.4);
}

/** What an unknown thrown value says. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
