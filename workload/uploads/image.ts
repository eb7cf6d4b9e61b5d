import { randomBytes } from 'node:crypto';

/** A kind of picture that may be uploaded. */
interface Kind {
  readonly extension: string;
  readonly type: string;
  /** Whether bytes begin as such a picture does. */
  readonly begins: (bytes: Buffer) => boolean;
}

const latin = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

const KINDS: readonly Kind[] = [
  { extension: 'png', type: 'image/png', begins: (bytes) => latin(bytes, 0, 8) === '\x89PNG\r\n\x1a\n' },
  { extension: 'jpg', type: 'image/jpeg', begins: (bytes) => latin(bytes, 0, 3) === '\xff\xd8\xff' },
  { extension: 'gif', type: 'image/gif', begins: (bytes) => /^GIF8[79]a$/.test(latin(bytes, 0, 6)) },
  { extension: 'webp', type: 'image/webp', begins: (bytes) => latin(bytes, 0, 4) === 'RIFF' && latin(bytes, 8, 12) === 'WEBP' },
];

/** The media types that may be uploaded. */
export const IMAGE_TYPES: readonly string[] = KINDS.map(({ type }) => type);

const FILE_NAME = new RegExp(`^[0-9a-f]{32}\\.(${KINDS.map(({ extension }) => extension).join('|')})$`);

/** A new file name for a picture, or nothing when the bytes aren't what the type says. */
export function nameForImage(type: string, bytes: Buffer): string | undefined {
  const kind = KINDS.find((one) => one.type === type && one.begins(bytes));
  return kind && `${randomBytes(16).toString('hex')}.${kind.extension}`;
}

/** The media type of an uploaded file, or nothing when no upload has such a name. */
export function typeOfImage(name: string): string | undefined {
  const extension = FILE_NAME.exec(name)?.[1];
  return KINDS.find((kind) => kind.extension === extension)?.type;
}
