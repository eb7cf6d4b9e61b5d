import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** All files below a directory with their content. */
function contentOf(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(directory, name)).isFile());
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    ]),
  );
}

describe('the build', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'build-'));
  const bundle = join(elsewhere, 'workload/bundle');
  const build = (): string => spawnSync(process.execPath, [join(elsewhere, 'workload/build.mjs')], { encoding: 'utf8' }).stderr;

  beforeAll(() => {
    cpSync(join(ROOT, 'workload'), join(elsewhere, 'workload'), {
      recursive: true,
      filter: (path) => !/\/(bundle|\.bundle-\w+)$/.test(path),
    });
    symlinkSync(join(ROOT, 'node_modules'), join(elsewhere, 'node_modules'));
    build();
  });

  afterAll(() => {
    rmSync(elsewhere, { recursive: true });
  });

  test('gives the same bytes for the same sources, wherever they are', () => {
    expect(contentOf(bundle)).toEqual(contentOf(join(ROOT, 'workload/bundle')));
    expect(statSync(join(bundle, 'start')).mode & 0o777).toBe(0o755);
  });

  test('touches nothing when nothing changed', () => {
    const before = statSync(join(bundle, 'server.js'));
    expect(build()).toContain('unchanged');
    expect(statSync(join(bundle, 'server.js'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test('removes what no longer belongs, and renames a static file when it changes', () => {
    const named = (): string => readdirSync(join(bundle, 'static')).find((name) => name.endsWith('.css')) ?? '';
    const before = named();
    writeFileSync(join(bundle, 'stale.txt'), '');
    writeFileSync(join(elsewhere, 'workload/assets/app.css'), 'body { color: red }');
    build();
    expect(existsSync(join(bundle, 'stale.txt'))).toBe(false);
    expect(named()).not.toBe(before);
    const server = readFileSync(join(bundle, 'server.js'), 'utf8');
    expect([server.includes(`/static/${named()}`), server.includes(before)]).toEqual([true, false]);
    expect(readdirSync(join(elsewhere, 'workload')).filter((name) => name.startsWith('.'))).toEqual(['.bundle-stamp']);
  });
});
