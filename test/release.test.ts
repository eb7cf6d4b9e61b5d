import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHANGELOG = '# Changelog\n\n## Unreleased\n\n- Not yet.\n\n## 0.2.0 - 2026-11-27\n\n### Added\n\n- A thing.\n\n## 0.1.0\n\n- Old.\n';

/** What the script says of a checkout with these versions. */
function release(tag: string, { library = '0.2.0', command = '0.2.0', peer = '^0.2.0', changelog = CHANGELOG } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'release-'));
  mkdirSync(join(root, 'tools'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ version: library }));
  writeFileSync(join(root, 'tools/package.json'), JSON.stringify({ version: command, peerDependencies: { 'cdk-stagecraft': peer } }));
  writeFileSync(join(root, 'CHANGELOG.md'), changelog);
  const { status, stdout, stderr } = spawnSync('node', [join(__dirname, '../.ci/release.js'), tag, root], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('the text of a release is its section of the changelog', () => {
  expect(release('v0.2.0')).toEqual({ status: 0, stdout: '### Added\n\n- A thing.\n', stderr: '' });
});

test.each([
  ['a tag that is no version', 'v0.2', {}, 'tag "v0.2": must be a v and three numbers'],
  ['another version of the library', 'v0.2.0', { library: '0.1.0' }, 'package.json has version 0.1.0, and the tag is v0.2.0'],
  ['another version of the command', 'v0.2.0', { command: '0.1.9' }, 'tools/package.json has version 0.1.9'],
  ['a command for an older library', 'v0.2.0', { peer: '^0.1.0' }, 'tools/package.json wants cdk-stagecraft ^0.1.0'],
  ['no section in the changelog', 'v0.2.0', { changelog: '# Changelog\n\n## Unreleased\n\n- All.\n' }, 'no text under "## 0.2.0"'],
  ['an empty section', 'v0.2.0', { changelog: '# Changelog\n\n## 0.2.0\n\n## 0.1.0\n\n- Old.\n' }, 'no text under "## 0.2.0"'],
])('%s releases nothing, and one line says why', (_, tag, wrong, line) => {
  const { status, stdout, stderr } = release(tag, wrong);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(line);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
