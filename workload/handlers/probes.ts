import type { Examination } from '../examination';
import type { Context } from '../http/context';
import { json, text, type Reply } from '../http/reply';

/** Whether the process answers. It asks nobody else: a database that is down is no reason to replace servers. */
export function isAlive(): Reply {
  return text(200, 'ok\n');
}

/**
 * Whether all that the application can't do without are well. Who asks on the server itself is told how each part is; what is where is
 * nobody else's business. Why a part isn't well, the log of the server says.
 */
export async function isReady(context: Context, examination: Examination): Promise<Reply> {
  const { client } = context;
  const dependencies = (await examination.of(context)).map(({ kind, place, required, ok, ms }) => ({ kind, place, required, ok, ms }));
  const ready = dependencies.every(({ ok, required }) => ok || !required);
  return json(ready ? 200 : 503, client === undefined ? { ready, dependencies } : { ready });
}
