/** Milliseconds of one call. */
export function time(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The median of some numbers. */
export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * Median times of several pieces of work, measured in turns so that whatever else the machine does meets all of them alike.
 * @param rounds how often each is run, after two rounds that warm up.
 * @param works the pieces of work.
 */
export function inTurns(rounds: number, works: (() => unknown)[]): number[] {
  for (let round = 0; round < 2; round++) works.forEach((work) => work());
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round++) works.forEach((work, index) => times[index].push(time(work)));
  return times.map(median);
}
