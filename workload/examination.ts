import { examine, type Health } from './health';
import type { Context } from './http/context';
import type { Parts } from './parts';

const FRESH_MS = 1_000;

/** One examination of all parts a second, however many strangers ask: it is the dearest thing that they can ask for. */
export class Examination {
  private last?: { readonly parts: Parts; readonly at: number; readonly health: Promise<Health[]> };

  /** How all parts are: at most a second ago for strangers, right now for who is on the server itself. */
  public async of({ parts, client }: Context): Promise<Health[]> {
    if (client === undefined) return examine(parts);
    if (this.last?.parts !== parts || performance.now() - this.last.at > FRESH_MS) {
      this.last = { parts, at: performance.now(), health: examine(parts) };
    }
    return this.last.health;
  }
}
