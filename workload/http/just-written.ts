import { Bound } from './bounds';
import type { Context } from './context';
import { cookie } from './cookies';
import { json, redirect, type Reply } from './reply';

/** Marks a browser that has just changed something: it reads from the writer until readers have caught up. */
const WROTE = 'wrote';
const WROTE_SECONDS = 10;

/** Whether the visitor must see what was just written. Anybody can claim so, hence not too often. */
export function hasJustWritten(context: Context): boolean {
  return context.cookie(WROTE) !== undefined && context.allows(Bound.FRESH);
}

/** Says that something was written: a browser is sent to where it shows, a program is told. */
export function written(context: Context, location: string, body: unknown, status = 201): Reply {
  return context.wantsJson ? withMark(context, location, json(status, body)) : redirect(location, [markOf(context)]);
}

/** Adds to a reply where the new thing is, and the mark. */
export function withMark(context: Context, location: string, reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, location, 'set-cookie': [markOf(context)] } };
}

function markOf({ secure }: Context): string {
  return cookie(WROTE, '1', WROTE_SECONDS, secure);
}
