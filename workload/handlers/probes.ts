import type { Examination } from '../examination';
import type { Context } from '../http/context';
import type { Readiness } from '../readiness';
import { Setting } from '../settings';
import { json, type Reply } from '../http/reply';

/**
 * Whether visitors are served well here. Who asks on the server itself is told how each part is; what is where is
 * nobody else's business. Why a part isn't well, the log of the server says.
 */
export async function isReady(context: Context, examination: Examination, readiness: Readiness): Promise<Reply> {
  const { client, parts } = context;
  const health = await examination.of(context);
  const dependencies = health.map(({ kind, place, required, ok, ms }) => ({ kind, place, required, ok, ms }));
  const ready = readiness.of(health, parts.settings.get(Setting.FOUNDING_REGION) !== undefined);
  return json(ready ? 200 : 503, client === undefined ? { ready, dependencies } : { ready });
}
