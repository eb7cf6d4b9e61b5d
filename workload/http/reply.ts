import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';

/** An answer to a request, before it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array;
}

/** Ends a request with a status and a sentence for the visitor. */
export class HttpError extends Error {
  public constructor(
    public readonly status: number,
    message: string,
    public readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }

  /** What the status is called, such as `Not Found`. */
  public get title(): string {
    return STATUS_CODES[this.status] ?? 'Error';
  }
}

/** Plain text. */
export function text(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** JSON. */
export function json(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}\n` };
}

/** Sends the visitor to another page of this site, with a GET. */
export function redirect(location: string, cookies: readonly string[] = []): Reply {
  return { status: 303, headers: { location, 'set-cookie': [...cookies] }, body: '' };
}
