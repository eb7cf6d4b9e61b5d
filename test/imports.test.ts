import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

const UPWARDS = [
  ['lib/foundation', '../tiers/web/web-tier'],
  ['lib/tiers/web', '../../operate/drills/drill'],
  ['lib/operate/observe', '../../architecture/blueprint'],
  ['lib/architecture', '../climb/bridge'],
  ['lib/climb', '../../stages'],
  ['stages', '../tools/cli'],
  ['tools/diff', '../../workload/settings'],
  ['workload/data', '../../lib'],
] as const;

/** Which files lint would refuse for what they import. Another process, because ESLint reads its settings as a module. */
function refused(files: Readonly<Record<string, string>>): string[] {
  const lint = `
    const { ESLint } = require('eslint');
    const only = ({ ruleId }) => ruleId === 'no-restricted-imports';
    const eslint = new ESLint({ ruleFilter: only, overrideConfig: { languageOptions: { parserOptions: { project: null } } } });
    const files = Object.entries(JSON.parse(require('fs').readFileSync(0, 'utf8')));
    Promise.all(files.map(([filePath, text]) => eslint.lintText(text, { filePath }))).then((results) =>
      console.log(JSON.stringify(files.filter((_, at) => results[at][0].messages.some(only)).map(([path]) => path))));`;
  return JSON.parse(
    execFileSync(process.execPath, ['-e', lint], { cwd: ROOT, input: JSON.stringify(files), encoding: 'utf8' }),
  ) as string[];
}

test('lint refuses an import upwards, of a type too, and no other', () => {
  const upwards = Object.fromEntries(UPWARDS.map(([folder, target]) => [`${folder}/up.ts`, `import type { A } from '${target}';\n`]));
  const beside = Object.fromEntries(UPWARDS.map(([folder]) => [`${folder}/beside.ts`, `import { A } from './neighbour';\n`]));
  expect(refused({ ...upwards, ...beside, 'lib/climb/down.ts': `import { A } from '../architecture/move';\n` })).toEqual(
    Object.keys(upwards),
  );
});

test('lint refuses a circle, of types too', () => {
  const project = mkdtempSync(join(tmpdir(), 'circle-'));
  const cruise = (second: string): ReturnType<typeof spawnSync> => {
    writeFileSync(join(project, 'lib/b.ts'), second);
    const config = join(ROOT, '.dependency-cruiser.cjs');
    return spawnSync(join(ROOT, 'node_modules/.bin/depcruise'), ['--config', config, 'lib'], { cwd: project, encoding: 'utf8' });
  };
  try {
    mkdirSync(join(project, 'lib'));
    writeFileSync(join(project, 'tsconfig.json'), '{}');
    writeFileSync(join(project, 'lib/a.ts'), "import type { B } from './b';\nexport interface A { b: B }\n");
    expect(cruise('export type B = string;\n').status).toBe(0);
    const { status, stdout } = cruise("import type { A } from './a';\nexport interface B { a: A }\n");
    expect(stdout).toContain('no-circle');
    expect(status).not.toBe(0);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
