import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const TOUCH_MS = 250;

/** A part of the architecture didn't answer, or not in time. Visitors see "try again", not an error of ours. */
export class Unavailable extends Error {
  public constructor(
    part: string,
    /** What is wrong with the part. */
    public readonly reason: string,
    cause?: unknown,
  ) {
    super(`${part} is not available: ${reason}`, { cause });
  }
}

/** It went away while it was asked to do something. Whether that was done, nobody knows: it must not be done again elsewhere. */
export class Interrupted extends Unavailable {}

/** Waits. The signal ends the wait early. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** When a file was touched; zero where it isn't there. */
export async function touchedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** Waits, but no longer than until a file is touched after the given moment. */
export async function pauseUntilTouched(milliseconds: number, file: string, after: number, signal?: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0 && !signal?.aborted; left -= TOUCH_MS) {
    await pause(Math.min(left, TOUCH_MS), signal);
    if ((await touchedAt(file)) > after) return;
  }
}

/** The promise's value, or `Unavailable` when it takes too long. The work itself isn't stopped. */
export async function within<T>(milliseconds: number, part: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Unavailable(part, `no answer in ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
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
