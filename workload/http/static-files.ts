import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { HttpError, type Reply } from './reply';
import type { Handler } from './router';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Serves the files of a directory, read once. Their names contain their hash, so a browser may keep them for ever. */
export function staticFiles(directory: string): Handler {
  const files = new Map<string, Reply>(
    readdirSync(directory).map((name) => [
      name,
      {
        status: 200,
        headers: {
          'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
          'cache-control': 'public, max-age=31536000, immutable',
        },
        body: readFileSync(join(directory, name)),
      },
    ]),
  );
  return ({ params }) => {
    const file = files.get(params.file ?? '');
    // The file may be on a server with a newer release: nobody should remember that it is missing here.
    if (!file) throw new HttpError(404, 'There is no such file.');
    return file;
  };
}
