import type { Closable, Live } from './live';
import { log } from './log';
import type { Settings } from './settings';
import { jitter, pauseUntilTouched, reasonOf, touchedAt } from './timing';

const RETRY_MS = 1_000;

/** Where settings come from, what is made of them, and how often. */
export interface ConfigurationProps<P> {
  readonly read: () => Promise<Settings>;
  /** With `first`, nothing is live yet: something that answers reads alone is better than nothing. */
  readonly connect: (settings: Settings, first: boolean) => Promise<P>;
  readonly pollMs: number;
  /** File that is touched by whoever changed a setting and doesn't want to wait for the next look. */
  readonly touched: string;
}

/**
 * Keeps the live parts as the settings say, until the signal comes. Nothing that goes wrong ends it: what is live stays live, and the
 * next look tries again.
 */
export async function keepConfigured<P extends Closable>(
  live: Live<P>,
  { read, connect, pollMs, touched }: ConfigurationProps<P>,
  signal: AbortSignal,
): Promise<void> {
  let applied: Settings | undefined;
  while (!signal.aborted) {
    const before = await touchedAt(touched);
    try {
      const settings = await read();
      const changes = settings.changesFrom(applied);
      if (!applied || changes.length > 0) {
        live.exchange(await connect(settings, applied === undefined));
        applied = settings;
        log.info('settings are in effect', { changes: changes.join(' ') });
      }
    } catch (error) {
      log.error(applied ? 'new settings are not in effect, the old ones stay' : 'not connected yet', { reason: reasonOf(error) });
    }
    await pauseUntilTouched(jitter(applied ? pollMs : Math.min(pollMs, RETRY_MS)), touched, before, signal);
  }
}
