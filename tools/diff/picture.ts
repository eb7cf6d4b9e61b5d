import type { ResourceChange } from '../changes/model';
import { mermaidOf } from '../draw/mermaid';
import { aroundMarks, marked } from '../picture/compare';
import { pictureOf } from '../picture/read';
import type { StackTemplate } from '../shared/template';

/** GitHub draws no larger text, and nobody reads a picture of it. */
const LARGEST = 15_000;

/** The change as a Mermaid flowchart, folded away; empty where nothing that is drawn changes, or where too much does. */
export function pictureOfChange(
  before: readonly StackTemplate[],
  after: readonly StackTemplate[],
  changes: readonly ResourceChange[],
): string {
  const picture = aroundMarks(marked(pictureOf(before, ''), pictureOf(after, ''), changes));
  const text = picture.things.length === 0 ? '' : mermaidOf(picture);
  if (text === '' || text.length > LARGEST) return '';
  return `<details><summary>Picture of the change</summary>\n\n\`\`\`mermaid\n${text}\`\`\`\n\n</details>`;
}
