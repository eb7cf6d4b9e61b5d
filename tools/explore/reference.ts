import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Pages and sources that the page quotes: the package has copies beside its bundle, the repository has themselves. */
const [PLACE = ''] = [join(__dirname, 'reference'), join(__dirname, '../..')].filter((place) => existsSync(join(place, 'docs/stages')));

/** What a page or a source of the project says. */
export function reference(path: string): string {
  return readFileSync(join(PLACE, path), 'utf8');
}

/** Names of files in a folder of it. */
export function referencesIn(folder: string): string[] {
  return readdirSync(join(PLACE, folder));
}

/** Rows of the first table behind a heading, or of the whole text; without the head and its rule. */
export function tableIn(text: string, heading = ''): string[][] {
  const from = heading === '' ? 0 : text.indexOf(`${heading}\n`);
  if (from < 0) return [];
  const lines = text.slice(from).split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  if (start < 0) return [];
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, length < 0 ? undefined : start + length).flatMap((line, index) =>
    index === 1
      ? []
      : [
          line
            .replace(/^\||\|$/g, '')
            .split(' | ')
            .map((cell) => cell.trim()),
        ],
  );
}

/** Markdown as plain words: `code` stays marked, links are their text. */
export function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The paragraph that begins with a bold word: `**Hypothesis.** …`. */
export function paragraph(text: string, word: string): string {
  const [, found = ''] = new RegExp(`\\*\\*${word}\\.?\\*\\*([^]*?)(?:\\n\\n|$)`).exec(text) ?? [];
  return plain(found);
}
