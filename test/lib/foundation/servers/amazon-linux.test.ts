import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Runtime } from '../../../../lib';
import list from '../../../support/amazon-linux-2023.json';

const LIB = join(__dirname, '../../../../lib');
const scripts = ['foundation/servers/boot', 'foundation/servers/kit', 'climb', 'tiers/web'].flatMap((folder) =>
  readdirSync(join(LIB, folder))
    .filter((name) => name.endsWith('.sh'))
    .map((name) => readFileSync(join(LIB, folder, name), 'utf8').replace(/^\s*#.*$/gm, '')),
);

/** Words behind a command, up to its end; options and what a shell expands are left out. */
const behind = (command: RegExp): string[] =>
  scripts
    .flatMap((script) => [...script.matchAll(command)].map(([, words]) => words))
    .flatMap((words) => words.split(/\s+/))
    .filter((word) => /^[a-z][\w.-]*$/.test(word));

test('scripts install packages of Amazon Linux 2023 that are in the list alone', () => {
  const installed = behind(/(?:^|[\s{;&|])(?:packages|dnf install)((?:[ ]+[\w.-]+)+)/gm);
  expect(installed).toEqual(expect.arrayContaining(['nodejs22', 'aws-cfn-bootstrap', 'postgresql17-server', 'postgresql17']));
  expect(installed.filter((name) => !(name in list.packages))).toEqual([]);
});

test('runtimes install packages that are in the list alone', () => {
  const named = [Runtime.NODE, Runtime.PYTHON, Runtime.RUBY, Runtime.PHP, Runtime.JAVA, Runtime.BINARY].flatMap(({ packages }) => packages);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in list.packages))).toEqual([]);
});

test('units are our own or in the list', () => {
  const units = behind(/systemctl (?:enable|disable|start|restart|stop|is-active)((?:[ ]+[\w.-]+)+)/gm);
  expect(units).toEqual(expect.arrayContaining(['app', 'postgresql']));
  expect(units.filter((unit) => !list.ours.includes(unit) && !(unit in list.units))).toEqual([]);
});

test('every entry has a source', () => {
  const known = new Set(Object.keys(list.sources));
  expect(Object.values(list.packages).filter((source) => !known.has(source))).toEqual([]);
});
