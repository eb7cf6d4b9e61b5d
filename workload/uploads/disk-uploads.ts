import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpError } from '../http/reply';
import type { UploadStore } from './upload-store';

/** Pictures in a directory of this server. */
export class DiskUploads implements UploadStore {
  public readonly place: string;

  /** @param keepFree share of the disk that uploads leave free. */
  public constructor(
    private readonly directory: string,
    private readonly keepFree: number,
  ) {
    this.place = directory;
  }

  public async put(name: string, _type: string, bytes: Buffer): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const { bavail, blocks } = await statfs(this.directory);
    if (bavail < blocks * this.keepFree) throw new HttpError(507, 'There is no room for more pictures.');
    // Nobody sees half a picture.
    const partial = join(this.directory, `.${name}.partial`);
    await writeFile(partial, bytes);
    await rename(partial, join(this.directory, name));
  }

  public async get(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.directory, name));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  public async check(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    await access(this.directory, constants.W_OK);
  }
}
