import type { Closable, Live } from './live';
import { log } from './log';
import type { Settings } from './settings';
import { jitter, pause, reasonOf } from './timing';

const RETRY_MS = 1_000;

/** Where settings come from, what is made of them, and how often. */
export interface ConfigurationProps<P> {
  readonly read: () => Promise<Settings>;
  readonly connect: (settings: Settings) => Promise<P>;
  readonly pollMs: number;
}

/**
 * Keeps the live parts as the settings say, until the signal comes. Nothing that goes wrong ends it: what is live stays live, and the
 * next look tries again.
 */
export async function keepConfigured<P extends Closable>(
  live: Live<P>,
  { read, connect, pollMs }: ConfigurationProps<P>,
  signal: AbortSignal,
): Promise<void> {
  let applied: Settings | undefined;
  while (!signal.aborted) {
    try {
      const settings = await read();
      const changes = settings.changesFrom(applied);
      if (!applied || changes.length > 0) {
        live.exchange(await connect(settings));
        applied = settings;
        log.info('settings are in effect', { changes: changes.join(' ') });
      }
    } catch (error) {
      log.error(applied ? 'new settings are not in effect, the old ones stay' : 'not connected yet', { reason: reasonOf(error) });
    }
    await pause(jitter(applied ? pollMs : Math.min(pollMs, RETRY_MS)), signal);
  }
}
