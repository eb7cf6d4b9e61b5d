import { createSpinner } from 'nanospinner';

/** Says what is going on, to a person in front of a terminal alone. */
export interface Progress {
  /** Begins the next piece of work, and does it. */
  readonly during: <T>(text: string, work: () => T) => T;
  /** Leaves no trace. */
  readonly end: () => void;
}

/** A spinner on standard error, or nothing where nobody watches. */
export function progress(): Progress {
  const isWatched = process.stderr.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb' && !process.env.CI;
  if (!isWatched) return { during: (_, work) => work(), end: () => undefined };
  const spinner = createSpinner('', { stream: process.stderr });
  return {
    during: (text, work) => {
      // The work blocks the loop that would turn it, so each piece shows one frame.
      spinner.update(text).spin();
      return work();
    },
    end: () => {
      spinner.clear().stop();
    },
  };
}
