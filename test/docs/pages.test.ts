import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseContext } from '../../stages/context';
import { deployed } from '../support/deployed';

const DOCS = join(__dirname, '../../docs');
const pages = (readdirSync(DOCS, { recursive: true }) as string[]).filter((page) => page.endsWith('.md'));
const textOf = (page: string): string => readFileSync(join(DOCS, page), 'utf8');

/** Headings as GitHub names them in links. */
const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('links of docs/%s lead somewhere', (page) => {
  const targets = [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)].map(
    ([, file, anchor]) => [join(DOCS, dirname(page), file === '' ? basename(page) : file), anchor] as const,
  );
  const isThere = (file: string, anchor: string): boolean => existsSync(file) && (anchor === '' || anchorsOf(file).includes(anchor));
  expect(targets.filter(([file, anchor]) => !isThere(file, anchor))).toEqual([]);
});

/** Commands of code blocks; `…` in one stands for what the reader gives. */
const commands = pages.flatMap((page) =>
  [...textOf(page).matchAll(/^npx cdk (?:synth|deploy|destroy)[^\n#`…]*-c stage=\d[^\n#`…]*/gm)].map(([command]) => [page, command]),
);

test.each(commands)('docs/%s: %s', (_, command) => {
  const context = Object.fromEntries([...command.matchAll(/-c (\w+)=(\S+)/g)].map(([, key, value]) => [key, value]));
  expect(() => parseContext(context)).not.toThrow();
});

test('docs/climbing.md has the way up, and names the documents of the bridges', () => {
  const text = textOf('climbing.md');
  for (const to of [2, 3, 4, 5, 6]) {
    expect(text).toMatch(new RegExp(`npx cdk deploy .*-c stage=${to} -c from=${to - 1}`));
    const needs = to === 6 ? { domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', regions: 'us-east-1,eu-west-1' } : {};
    const documents = deployed({ stage: to, from: to - 1, ...needs })
      .flatMap(({ template }) => Object.values(template.Resources))
      .filter(({ Type, Properties }) => Type === 'AWS::SSM::Document' && Properties?.DocumentType === 'Automation')
      .map(({ Properties }) => Properties?.Name);
    expect(documents.filter((name) => typeof name === 'string' && text.includes(`--document-name ${name}\n`))).toHaveLength(1);
  }
});

test.each([1, 2, 3, 4, 5, 6])('docs/stages/%i.md leads to its drills, its runbook, its price and its signs', (stage) => {
  const needs = stage === 6 ? { domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', regions: 'us-east-1,eu-west-1' } : {};
  const drills = readdirSync(join(DOCS, 'drills')).filter((name) => name !== 'README.md');
  const tags = deployed({ stage, ...needs })
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::FIS::ExperimentTemplate')
    .map(({ Properties }) => JSON.stringify(Properties?.Tags));
  const text = textOf(`stages/${stage}.md`);
  const linked = [...text.matchAll(/\]\(\.\.\/drills\/([\w-]+\.md)\)/g)].map(([, name]) => name).filter((name) => name !== 'README.md');
  expect(linked.sort()).toEqual(drills.filter((name) => tags.some((tag) => tag.includes(`-${name.replace('.md', '')}"`))).sort());
  for (const page of ['graduation.md#', '../README.md#what-it-costs', ...(stage < 6 ? [`runbooks/${stage}-to-${stage + 1}.md`] : [])])
    expect(text).toContain(`](../${page}`);
});
