import type { IncomingMessage } from 'node:http';
import { isId } from '../data/id';
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

/** Reads a form, or JSON with the same fields. */
export async function readFields(request: IncomingMessage): Promise<URLSearchParams> {
  if (mediaTypeOf(request) !== 'application/json') return readForm(request);
  const parsed = parseJson((await readBody(request, FORM_LIMIT)).toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new HttpError(400, 'A JSON object is expected.');
  return new URLSearchParams(
    Object.entries(parsed).map(([name, value]: [string, unknown]): [string, string] => [name, plainText(name, value)]),
  );
}

/** A whole number from a form. */
export function numberField(form: URLSearchParams, name: string, { min, max, otherwise }: NumberLimits): number {
  const text = form.get(name) ?? '';
  const value = text === '' && otherwise !== undefined ? otherwise : Number(text);
  if (!/^\d*$/.test(text) || (text === '' && otherwise === undefined) || value < min || value > max) {
    throw new HttpError(400, `“${name}” needs a whole number from ${min} to ${max}.`);
  }
  return value;
}

/** What a number may be. */
export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  /** Where nothing is given. */
  readonly otherwise?: number;
}

/** An id from a form. It stays text: JavaScript's numbers are too short for it. */
export function idField(form: URLSearchParams, name: string): string {
  const id = form.get(name) ?? '';
  if (!isId(id)) throw new HttpError(400, `“${name}” is not an id.`);
  return id;
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

/** A number that JavaScript has rounded already is refused, rather than taken for another one. */
function plainText(name: string, value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new HttpError(400, `“${name}” has to be text or a small whole number; write an id as text.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'That is not JSON.');
  }
}
