import { mediaTypeOf, readBody } from '../http/body';
import type { Context } from '../http/context';
import { HttpError, json, type Reply } from '../http/reply';
import { IMAGE_TYPES, nameForImage, typeOfImage } from '../uploads/image';
import { withoutMetadata } from '../uploads/metadata';

const LIMIT = 5 * 1024 * 1024;

/** Keeps a picture under a name that nobody can guess, and says where it is. */
export async function acceptUpload(context: Context): Promise<Reply> {
  const { request, parts } = context;
  const type = mediaTypeOf(request);
  if (!IMAGE_TYPES.includes(type)) throw new HttpError(415, `A picture is expected: ${IMAGE_TYPES.join(', ')}.`);
  const leave = context.uploadPlace();
  try {
    const bytes = await readBody(request, LIMIT);
    const name = nameForImage(type, bytes);
    if (name === undefined) throw new HttpError(415, `The file is not ${type}.`);
    await parts.uploads.put(name, type, withoutMetadata(type, bytes));
    const url = `/uploads/${name}`;
    return { ...json(201, { url }), headers: { 'content-type': 'application/json', location: url } };
  } finally {
    leave();
  }
}

/** Shows a picture. Its name never stands for another one, so a browser may keep it. */
export async function serveUpload(context: Context): Promise<Reply> {
  const name = context.param('file');
  const type = typeOfImage(name);
  const bytes = type && (await context.parts.uploads.get(name));
  if (!bytes) throw new HttpError(404, 'There is no such picture.');
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }, body: bytes };
}
