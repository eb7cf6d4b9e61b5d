import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually, run } from '../../../tools/servers/processes';
import { guestImage } from './image';

const ADDITIONS = join(__dirname, 'image');

/** The disk of a guest: a file with XFS, which forgets at a power cut what was not flushed. */
export class Disk {
  private readonly file: string;

  /** @param path where it is mounted while the guest runs. */
  public constructor(public readonly path: string) {
    this.file = `${path}.img`;
  }

  /** Makes it as it is before the first boot. */
  public async create(files: Readonly<Record<string, string>>, users: readonly string[], authority: string): Promise<void> {
    run(['cp', '--sparse=always', guestImage(), this.file]);
    mkdirSync(this.path);
    run(['mount', '-o', 'loop,nouuid', this.file, this.path]);
    cpSync(ADDITIONS, this.path, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
    writeFileSync(join(this.path, 'etc/ssl/certs/ca-certificates.crt'), readFileSync(authority), { flag: 'a' });
    for (const user of users) run(['chroot', this.path, 'useradd', '--system', user]);
    run(['umount', this.path]);
    await this.released();
  }

  /** A command that sees it mounted, alone: guests that see each other's disks hold them. What it starts ends with it. */
  public mountedFor(command: readonly string[]): string[] {
    const mount = 'mount -o loop,nouuid "$0" "$1" && shift && exec "$@"';
    return ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', mount, this.file, this.path, ...command];
  }

  /** Waits until nothing uses it: what ran in it holds it a little longer, and would share it with the next start. */
  public async released(): Promise<void> {
    await eventually(() => !existsSync(this.file) || run(['losetup', '--associated', this.file]) === '');
  }

  /** Ends a mounted file system as a power cut does. */
  public static forget(path: string): void {
    run(['xfs_io', '-x', '-c', 'shutdown', path]);
  }

  public remove(): void {
    rmSync(this.file, { force: true });
  }
}
