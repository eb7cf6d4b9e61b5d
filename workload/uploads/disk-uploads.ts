import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadStore } from './upload-store';

/** Pictures in a directory of this server. */
export class DiskUploads implements UploadStore {
  public readonly place: string;

  public constructor(private readonly directory: string) {
    this.place = directory;
  }

  public async put(name: string, _type: string, bytes: Buffer): Promise<void> {
    await mkdir(this.directory, { recursive: true });
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
