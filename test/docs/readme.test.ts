import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parseContext } from '../../stages/context';
import { testInCi } from '../support/needs';

const ROOT = join(__dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const MODEL = readFileSync(join(ROOT, 'docs/data-model.md'), 'utf8');

testInCi('the TypeScript of the README and of the page about models compiles against the sources', () => {
  const snippets = [...(README + MODEL).matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
  expect(snippets.length).toBeGreaterThan(0);
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
    ...{
      moduleResolution: ts.ModuleResolutionKind.Node10,
      types: ['node'],
      baseUrl: ROOT,
      paths: { 'cdk-stagecraft': ['stages/index.ts'] },
    },
  };
  const files = new Map(snippets.map((code, index) => [join(ROOT, `snippet-${index}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    files.has(name) ? ts.createSourceFile(name, files.get(name)!, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));
  expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});

test('every -c value that the README types is accepted, and every key is in its table', () => {
  const commands = [...README.matchAll(/npx cdk (?:synth|deploy|destroy)[^\n#`]*/g)].map(([command]) => command);
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands) {
    const context = Object.fromEntries([...command.matchAll(/-c (\w+)=(\S+)/g)].map(([, key, value]) => [key, value]));
    expect(() => parseContext(context)).not.toThrow();
  }
});

test('links to files of the repository lead somewhere', () => {
  for (const [, target] of README.matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(() => readFileSync(join(ROOT, target))).not.toThrow();
});

test('the first screen has the two commands', () => {
  expect(README.split('\n').slice(0, 12).join('\n')).toMatch(/npx cdk synth -c stage=4[^]*npm test/);
});
