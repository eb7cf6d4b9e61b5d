import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs/stages')).map((page) => `docs/stages/${page}`)];
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Many readers have another first language: a sentence with more words than these has to be read twice. */
const MOST_WORDS = 30;

/** What no person wrote as a sentence: code, generated parts, HTML, tables, headings. */
const NOT_PROSE = [/```.*?```/gs, /<!-- (\w+):begin -->.*?<!-- \1:end -->/gs, /<[^>]*>/g, /^\s*[|#].*$/gm];

/** Sentences of a page, each on one line, as a reader sees them: a link is its text, a piece of code one word. */
function sentencesOf(markdown: string): string[] {
  const prose = NOT_PROSE.reduce((text, pattern) => text.replace(pattern, '\n\n'), markdown)
    .replace(/`[^`]*`/g, 'code')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*/g, '');
  const blocks = prose.split(/\n\s*\n|^\s*(?:[-*]|\d+\.)\s/m);
  return blocks.flatMap((block) =>
    block
      .trim()
      .replace(/\s+/g, ' ')
      .split(/(?<=[.!?])\s/),
  );
}

const wordsIn = (sentence: string): number => sentence.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
const tooLong = (markdown: string): string[] => sentencesOf(markdown).filter((sentence) => wordsIn(sentence) > MOST_WORDS);

test.each(PAGES)(`no sentence of %s has more than ${MOST_WORDS} words`, (page) => {
  expect(tooLong(textOf(page))).toEqual([]);
});

/** Words that this project uses in a sense of its own; the glossary says which. */
const OWN_WORDS: Readonly<Record<string, RegExp>> = {
  bridge: /\bbridges?\b/i,
  'founding region': /\bfound(?:ing|s|ed)\b/i,
  'holds data': /\bholds? data\b/i,
  retire: /\bretir(?:es?|ed|ing)\b/i,
  sign: /\bsigns?\b(?! (?:in|up|out)|-)/i,
};
const ownWordsIn = (markdown: string): string[] =>
  Object.keys(OWN_WORDS).filter((word) => sentencesOf(markdown).some((sentence) => OWN_WORDS[word].test(sentence)));

test.each(PAGES)('%s leads to the glossary where it uses a word of this project', (page) => {
  if (ownWordsIn(textOf(page)).length > 0) expect(textOf(page)).toMatch(/\]\([\w./]*glossary\.md/);
});

test.each(Object.keys(OWN_WORDS))('the glossary has %s', (word) => {
  expect(textOf('docs/glossary.md')).toMatch(new RegExp(`^(?:\\| |### )${word} *(?:\\||$)`, 'm'));
});

test('own words are told from the same letters in another sense', () => {
  expect(ownWordsIn('Deploy the bridge. The founding region. A sign shows. It retires what holds data.').sort()).toEqual(
    Object.keys(OWN_WORDS).sort(),
  );
  expect(ownWordsIn('Users sign in and sign up again; a rule that was found, data that is held.')).toEqual([]);
});

test('a long sentence is found across lines and in a list, and not in what is no prose', () => {
  const long = 'word '.repeat(MOST_WORDS).trim();
  expect(tooLong(`A\n${long}.\n\n- ${long} [b](c)\n- ${long}`)).toEqual([`A ${long}.`, `${long} b`]);
  const generated = `<!-- load:begin -->\n\n${long} a\n\n<!-- load:end -->`;
  expect(tooLong(`${long}.\n${long}!\n\`a ${long}\`\n\n| ${long} a |\n\n${generated}\n\n\`\`\`sh\n${long} a\n\`\`\``)).toEqual([]);
});
