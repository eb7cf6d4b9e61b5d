import type { IncomingMessage } from 'node:http';
import { HttpError } from './reply';

const FORM_LIMIT = 16 * 1024;

/** The media type of what was sent, without parameters. */
export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Reads what was sent, up to a number of bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = new HttpError(413, `That is too large: ${Math.floor(limit / 1024)} KB are allowed.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // The request isn't destroyed, so that a visitor who sent too much still gets to read so.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a form. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') throw new HttpError(415, 'A form is expected.');
  return new URLSearchParams((await readBody(request, FORM_LIMIT)).toString('utf8'));
}

/** A line or a paragraph from a form, without control characters. */
export function textField(form: URLSearchParams, name: string, { min, max }: { readonly min: number; readonly max: number }): string {
  const value = (form.get(name) ?? '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .trim();
  const length = Array.from(value).length;
  if (length < min || length > max) throw new HttpError(400, `“${name}” needs ${min} to ${max} characters.`);
  return value;
}
