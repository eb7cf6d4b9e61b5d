import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BadInput } from '../shared/bad-input';
import { MARK, signal } from '../servers/processes';

/** Servers change their environment for a name that people can read, so these are known by where they work. */
const SERVERS = /^(postgres|nginx|redis-server|valkey-server)/;
const OWNER = 'owner';
const LEAST_BYTES = 1_000_000_000;
const STOP_MS = 30_000;

/** Where a rehearsal is, unless somebody says otherwise: one for each user. */
export const usualDirectory = (): string => join(tmpdir(), `stagecraft-rehearsal-${userInfo().username}`);

/** The directory of a rehearsal. Whatever a rehearsal starts or writes is in it or carries its mark, so nothing has to be remembered. */
export class Directory {
  private watch?: ChildProcess;

  public readonly path: string;

  public constructor(path: string) {
    this.path = resolve(path);
  }

  /** Takes it for this process, after whatever another one left, and says whether one had. Fails in one line where another one has it. */
  public async take(): Promise<boolean> {
    const owner = this.owner();
    if (owner !== undefined)
      throw new BadInput(`a rehearsal runs already in ${this.path} (process ${owner}): type npx stagecraft rehearse --stop`);
    this.requireWay();
    const isLeft = existsSync(join(this.path, OWNER));
    await this.clear();
    try {
      mkdirSync(this.path, { recursive: true });
      // PostgreSQL may run as another user.
      chmodSync(this.path, 0o711);
      writeFileSync(join(this.path, OWNER), `${process.pid} ${beginOf(process.pid)}\n`);
    } catch (error) {
      throw new BadInput(
        `${this.path} can not be written: ${(error as Error).message.split('\n')[0]}; give another place with --directory`,
      );
    }
    const { bavail, bsize } = statfsSync(this.path);
    if (bavail * bsize < LEAST_BYTES) {
      rmSync(this.path, { recursive: true, force: true });
      throw new BadInput(
        `${this.path} has ${Math.round((bavail * bsize) / 1e6)} MB left, and a rehearsal needs ${LEAST_BYTES / 1e6}: give another place with --directory`,
      );
    }
    process.env[MARK] = this.path;
    this.guard();
    return isLeft;
  }

  /** Ends the rehearsal that is here, whoever has it, and removes everything. Says whether there was one. */
  public async stop(): Promise<boolean> {
    const owner = this.owner();
    if (owner !== undefined && owner !== process.pid) {
      signal(owner, 'SIGTERM');
      for (const end = Date.now() + STOP_MS; Date.now() < end && this.owner() !== undefined;) await pause(100);
      if (this.owner() !== undefined) signal(owner, 'SIGKILL');
    }
    const there = owner !== undefined || existsSync(this.path);
    await this.clear();
    return there;
  }

  /** Ends what is left, and removes the directory. */
  public async clear(): Promise<void> {
    if (existsSync(this.path) && readdirSync(this.path).length > 0 && !existsSync(join(this.path, OWNER)))
      throw new BadInput(`${this.path} holds something else than a rehearsal: give another place with --directory`);
    for (let round = 0; round < 50; round++) {
      const left = this.left();
      if (left.length === 0) break;
      for (const pid of left) signal(pid, 'SIGKILL');
      await pause(100);
    }
    // Its owner's name goes last: what is half removed is still known as a rehearsal by whoever looks meanwhile.
    if (existsSync(this.path)) {
      for (const name of readdirSync(this.path)) if (name !== OWNER) rmSync(join(this.path, name), { recursive: true, force: true });
      rmSync(this.path, { recursive: true, force: true });
    }
    // It waits for the end of this process, which has nothing left to clean.
    if (this.watch?.pid !== undefined) signal(this.watch.pid, 'SIGKILL');
  }

  /** PostgreSQL doesn't run as root, and whom it runs as instead has to get here. */
  private requireWay(): void {
    if (process.getuid?.() !== 0) return;
    for (let path = dirname(this.path); path !== dirname(path); path = dirname(path)) {
      if (existsSync(path) && (statSync(path).mode & 1) === 0)
        throw new BadInput(
          `${path} is root’s alone, and PostgreSQL does not run as root: give another place with --directory, or type chmod o+x ${path}`,
        );
    }
  }

  /** Somebody who stays when this process is killed, and then clears up: `rehearse --stop`. */
  private guard(): void {
    const [program] = process.argv.slice(1);
    const command = [process.execPath, ...process.execArgv, program, 'rehearse', '--stop', '--directory', this.path];
    const env = { ...process.env, [MARK]: '' };
    this.watch = spawn('sh', ['-c', 'cat >/dev/null; exec "$@" >/dev/null 2>&1', 'sh', ...command], {
      ...{ stdio: ['pipe', 'ignore', 'ignore'], detached: true, env },
    });
    this.watch.unref();
    (this.watch.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }

  /** The process that has it, if it is still there. */
  private owner(): number | undefined {
    const file = join(this.path, OWNER);
    if (!existsSync(file)) return undefined;
    const [pid, begin] = readFileSync(file, 'utf8').trim().split(' ');
    return beginOf(Number(pid)) === begin ? Number(pid) : undefined;
  }

  /** Processes that belong to it, but not this one. */
  private left(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid && this.has(pid));
  }

  private has(pid: number): boolean {
    try {
      const [, state] = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      if (state === 'Z') return false;
      if (this.names(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0'))) return true;
      const isServer = SERVERS.test(readFileSync(`/proc/${pid}/comm`, 'utf8'));
      return isServer && `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${this.path}/`);
    } catch {
      // It has ended, or is somebody else's.
      return false;
    }
  }

  /** An application of one's own has a clean environment without the mark, and its server's directory for a home. */
  private names(environment: readonly string[]): boolean {
    return environment.some((one) => one === `${MARK}=${this.path}` || one.startsWith(`HOME=${this.path}/`));
  }
}

/** When a process began, so that another one with its number isn't taken for it; nothing where there is none. */
function beginOf(pid: number): string {
  try {
    const [, rest = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ');
    return fields[0] === 'Z' ? '' : fields[19];
  } catch {
    return '';
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
