import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from '../cache';

const MAKE = join(__dirname, 'make-image.sh');
/** Debian's own, where the machine's list names none. */
const MIRROR = 'http://deb.debian.org/debian';

/** The disk that guests begin with: made once on a machine, which takes a minute or two and a network. */
export function guestImage(): string {
  const hash = createHash('sha256').update(readFileSync(MAKE)).digest('hex').slice(0, 12);
  const file = join(CACHE, `guest-${hash}.img`);
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE).filter((name) => name.startsWith('guest-'))) rmSync(join(CACHE, old));
  const partial = `${file}.${process.pid}`;
  execFileSync('bash', [MAKE, partial, mirror()], { stdio: ['ignore', 'ignore', 'inherit'] });
  renameSync(partial, file);
  return file;
}

/** Where this machine gets Debian's packages from. */
function mirror(): string {
  const files = execFileSync('sh', ['-c', 'cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true'], { encoding: 'utf8' });
  return /^[^#]*\b(https?:\/\/\S+\/debian)\/?\s/m.exec(files)?.[1] ?? MIRROR;
}
