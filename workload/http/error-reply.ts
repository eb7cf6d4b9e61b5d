import { log } from '../log';
import { errorPage } from '../pages/error-page';
import { reasonOf, Unavailable } from '../timing';
import { HttpError, text, type Reply } from './reply';

/** Tells the visitor what went wrong, without telling how this works inside, and the log the rest. */
export function errorReply(error: unknown, accept: string | undefined): Reply {
  const shown = presentable(error);
  const reply = accept?.includes('text/html') ? errorPage(shown) : text(shown.status, `${shown.message}\n`);
  return { ...reply, headers: { ...reply.headers, ...shown.headers } };
}

function presentable(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isHangUp(error)) return new HttpError(400, 'The request was not complete.');
  if (error instanceof Unavailable) {
    log.error('a part is not available', { reason: error.message });
    return new HttpError(503, 'This can’t be answered right now. Please try again in a moment.', { 'retry-after': '5' });
  }
  log.error('a request failed', { reason: reasonOf(error), stack: error instanceof Error ? error.stack : undefined });
  return new HttpError(500, 'Something went wrong on our side.');
}

/** The visitor left while sending. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted';
}
