import { examine } from '../health';
import type { Context } from '../http/context';
import { json, text, type Reply } from '../http/reply';

/** Whether the process answers. It asks nobody else: a database that is down is no reason to replace servers. */
export function isAlive(): Reply {
  return text(200, 'ok\n');
}

/** How every part is, and whether all that the application can't do without are well. Why one isn't, the log of the server says. */
export async function isReady({ parts }: Context): Promise<Reply> {
  const dependencies = (await examine(parts)).map(({ kind, place, required, ok, ms }) => ({ kind, place, required, ok, ms }));
  const ready = dependencies.every(({ ok, required }) => ok || !required);
  return json(ready ? 200 : 503, { ready, dependencies });
}
