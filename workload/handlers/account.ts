import { readForm, textField } from '../http/body';
import type { Context } from '../http/context';
import { cookie } from '../http/cookies';
import { redirect, type Reply } from '../http/reply';
import { accountPage } from '../pages/account';
import { isSessionId, newSessionId, SESSION_SECONDS } from '../sessions/session-store';

const COOKIE = 'session';

/** Shows who the visitor is. */
export async function showAccount(context: Context): Promise<Reply> {
  const { sessions } = context.parts;
  const id = sessionIdOf(context);
  return accountPage(id === undefined ? undefined : await sessions.get(id), sessions.place);
}

/** Signs the visitor in, always under a new session id, so that nobody can plant one. */
export async function login(context: Context): Promise<Reply> {
  const { sessions } = context.parts;
  const name = textField(await readForm(context.request), 'name', { min: 1, max: 80 });
  const id = newSessionId();
  await sessions.put(id, { name });
  await endSession(context);
  return redirect('/me', [cookie(COOKIE, id, SESSION_SECONDS, context.secure)]);
}

/** Signs the visitor out. */
export async function logout(context: Context): Promise<Reply> {
  await endSession(context);
  return redirect('/me', [cookie(COOKIE, '', 0, context.secure)]);
}

async function endSession(context: Context): Promise<void> {
  const id = sessionIdOf(context);
  if (id !== undefined) await context.parts.sessions.delete(id);
}

function sessionIdOf(context: Context): string | undefined {
  const id = context.cookie(COOKIE);
  return isSessionId(id) ? id : undefined;
}
