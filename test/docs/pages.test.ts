import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseContext } from '../../stages/context';
import { deployed } from '../support/deployed';

const DOCS = join(__dirname, '../../docs');
const pages = (readdirSync(DOCS, { recursive: true }) as string[]).filter((page) => page.endsWith('.md'));
const textOf = (page: string): string => readFileSync(join(DOCS, page), 'utf8');

test.each(pages)('links of docs/%s lead somewhere', (page) => {
  for (const [, target] of textOf(page).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
    expect(() => readFileSync(join(DOCS, dirname(page), target))).not.toThrow();
  }
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
