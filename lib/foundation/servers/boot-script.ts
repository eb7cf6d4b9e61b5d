import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In this order; the last one runs what the others say. */
const PARTS = ['common', 'system', 'data', 'release', 'main'];

/**
 * The boot script as servers get it, without its comment lines: user data has room for 16 KB.
 * @param exported variables of the script by name.
 */
export function bootScript(exported: { readonly [name: string]: string }): string {
  const [shebang, ...lines] = PARTS.map((part) => readFileSync(join(__dirname, 'boot', `${part}.sh`), 'utf8'))
    .join('\n')
    .split('\n');
  const variables = Object.entries(exported).map(([name, value]) => `${name}='${value}'`);
  return [
    shebang,
    `export ${variables.join(' ')}`,
    ...lines.filter((line) => line !== '' && !line.startsWith('#') && !/^ +# /.test(line)),
    '',
  ].join('\n');
}
