// Builds what runs on AWS: the application into workload/bundle/, which servers run, and the function of database users: `npm run build`.
// The same sources give the same bytes, so a release changes only when the application does.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = dirname(fileURLToPath(import.meta.url));
const target = join(source, 'bundle');
const users = join(source, 'database-users/bundle');

/** Files below a directory by their relative path, in a fixed order. */
function filesIn(directory) {
  if (!existsSync(directory)) return new Map();
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(directory, name))]));
}

/** The static files, made small, under names that contain their hash. */
async function buildAssets() {
  const assets = new Map();
  for (const [name, bytes] of filesIn(join(source, 'assets'))) {
    const extension = extname(name);
    const loader = { '.css': 'css', '.js': 'js' }[extension];
    const content = loader ? Buffer.from((await transform(bytes.toString(), { loader, minify: true, target: 'es2022' })).code) : bytes;
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    assets.set(name, { path: `static/${name.slice(0, -extension.length)}.${hash}${extension}`, content });
  }
  return assets;
}

/** One file of a program, and the licences of what is in it. */
async function bundle(entry, define = {}) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(source, entry)],
    absWorkingDir: source,
    bundle: true,
    minify: true,
    // Names of classes and functions stay readable in stack traces.
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Not the one of the directory above: the application stands alone.
    tsconfigRaw: { compilerOptions: { strict: true, target: 'ES2022' } },
    external: ['pg-native'],
    legalComments: 'none',
    define,
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  return { program: Buffer.from(outputFiles[0].contents), licences: licencesOf(Object.keys(metafile.inputs)) };
}

/** The licences of all packages in the bundle, which they ask to travel with them. */
function licencesOf(inputs) {
  const folders = inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const root = join(source, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const file = readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(root, file), 'utf8').trim() : ''}\n`;
  });
  return Buffer.from(texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** Puts the files in place by one rename, and leaves everything untouched when nothing changed. */
function replace(target, files) {
  const present = filesIn(target);
  if (present.size === files.size && [...files].every(([name, bytes]) => present.get(name)?.equals(bytes))) return false;
  const next = mkdtempSync(join(dirname(target), '.bundle-'));
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(next, name)), { recursive: true });
    writeFileSync(join(next, name), bytes, { mode: name === 'start' ? 0o755 : 0o644 });
  }
  chmodSync(next, 0o755);
  const old = `${next}-old`;
  try {
    if (existsSync(target)) renameSync(target, old);
    renameSync(next, target);
  } catch (error) {
    // Another build of the same sources was quicker.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
  } finally {
    for (const leftover of [next, old]) rmSync(leftover, { recursive: true, force: true });
  }
  return true;
}

/** Its time is the time of the last build, also of one that changed nothing. */
const stamp = join(source, '.bundle-stamp');

/** Whether the last build is younger than every source and the list of packages: the CDK asks before every command. */
function isCurrent() {
  if (![stamp, target, users].every(existsSync)) return false;
  const built = statSync(stamp).mtimeMs;
  const names = readdirSync(source, { recursive: true }).filter((name) => !/(^|\/)\.?bundle/.test(name));
  const lock = join(source, '../package-lock.json');
  const inputs = [...names.map((name) => join(source, name)), ...(existsSync(lock) ? [lock] : [])];
  return inputs.every((input) => statSync(input).mtimeMs < built);
}

if (isCurrent()) {
  console.error('workload/bundle: unchanged');
  process.exit(0);
}
// Loaded only when there is something to do.
const { build, transform } = await import('esbuild');
const assets = await buildAssets();
const paths = Object.fromEntries([...assets].map(([name, { path }]) => [name, `/${path}`]));
const server = await bundle('server.ts', { STATIC_FILES: JSON.stringify(paths) });
const handler = await bundle('database-users/handler.ts');
put(target, [
  ['server.js', server.program],
  ['THIRD-PARTY-LICENSES.txt', server.licences],
  ['start', readFileSync(join(source, 'start'))],
  ...[...assets.values()].map(({ path, content }) => [path, content]),
]);
put(users, [
  ['index.js', handler.program],
  ['THIRD-PARTY-LICENSES.txt', handler.licences],
]);
writeFileSync(stamp, '');

/** Puts a directory in place. On standard error: standard output is the template's when the CDK runs this. */
function put(directory, entries) {
  const files = new Map(entries);
  const changed = replace(directory, files);
  const kilobytes = Math.round([...files.values()].reduce((sum, { length }) => sum + length, 0) / 1024);
  console.error(`workload/${relative(source, directory)}: ${files.size} files, ${kilobytes} KB${changed ? '' : ', unchanged'}`);
}
