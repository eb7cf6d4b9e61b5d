import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from './support/files';

const ROOT = join(__dirname, '..');
const sources = filesIn('bin', 'lib', 'stages', 'tools', 'workload', 'bench', 'test').filter((path) => /\.(ts|mjs|sh)$/.test(path));
const lines = (path: string): string[] => readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n');

test('a file fits in the head: at most about 250 lines, and a stage about 30', () => {
  expect(sources.filter((path) => lines(path).length > 250)).toEqual([]);
  expect(sources.filter((path) => /^stages\/\d/.test(path) && lines(path).length > 35)).toEqual([]);
  expect(lines('bin/stagecraft.ts').length).toBeLessThanOrEqual(10);
});

test('lib/ knows no stage; `Stage` there is the one of the CDK', () => {
  const stages = sources.filter((path) => path.startsWith('lib/')).flatMap((path) => lines(path).map((line) => `${path}: ${line.trim()}`));
  expect(stages.filter((line) => /\bstages?\b|stage\W?\d/.test(line))).toEqual([]);
});

test('the library needs nothing beside its peers', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependencies!)).toEqual(['aws-cdk-lib', 'constructs']);
  const imports = sources
    .filter((path) => /^(lib|stages)\//.test(path))
    .flatMap((path) => [...readFileSync(join(ROOT, path), 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name));
  expect([...new Set(imports)].filter((name) => !/^(aws-cdk-lib|constructs|node:)/.test(name))).toEqual([]);
});

test('the lock file names no registry', () => {
  expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:\/\/(?!registry\.npmjs\.org)/);
});
