import { extname } from 'node:path';
import { BadInput } from '../shared/bad-input';

/** Forms of a picture. */
export const PICTURE_FORMATS = ['svg', 'png', 'mermaid', 'json', 'text'] as const;

/** One of `PICTURE_FORMATS`. */
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** What the command line says. */
export interface DrawOptions {
  readonly from?: string;
  readonly template?: string;
  readonly app?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly format?: PictureFormat;
  readonly output?: string;
}

const BY_NAME: Readonly<Partial<Record<string, PictureFormat>>> = {
  '.svg': 'svg',
  '.png': 'png',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.json': 'json',
  '.txt': 'text',
};

/** The form that is meant: what is said, else the end of the file's name; a terminal is shown text, a pipe gets SVG. */
export function formatOf({ format, output }: DrawOptions, isTerminal: boolean): PictureFormat {
  const meant = format ?? (output === undefined ? (isTerminal ? 'text' : 'svg') : (BY_NAME[extname(output).toLowerCase()] ?? 'svg'));
  if (meant === 'png' && output === undefined && isTerminal)
    throw new BadInput('png is no text for a terminal: give a file; type -o picture.png');
  return meant;
}

/** Refuses a stage and a template together, and neither. */
export function checkSource(stage: string | undefined, { template, app, context }: DrawOptions): void {
  const said = [stage, template, app].filter((one) => one !== undefined).length;
  if (said === 0) throw new BadInput('what is to be drawn is missing: type npx stagecraft draw 4, or --template cdk.out');
  if (said > 1) throw new BadInput('give one of a stage, --template and --app: type npx stagecraft draw 4');
  if (stage === undefined && context) throw new BadInput('--context goes with stages: a template has its values already');
}
