import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `common.sh` and files that follow it, with the environment above. Systems Manager would take two opening braces for a parameter of its own. A document
 * has room for 64 KB.
 */
export function shellText(files: string[], environment: { [variable: string]: string }): string {
  const variables = Object.entries(environment).map(([variable, value]) => `export ${variable}='${value}'`);
  const texts = ['common.sh', ...files].map((file) => brief(readFileSync(join(__dirname, file), 'utf8')));
  return ['#!/bin/bash', ...variables, `export RUN_ID='{{ Run }}'`, ...texts, `main '{{ Step }}'`, ''].join('\n');
}

/** A shell text without its comments, its empty lines and most of its indentation: a space for each level of four, which is what Python in it has. */
export function brief(text: string): string {
  return text.replace(/^ *(?:#.*)?\n/gm, '').replace(/^ +/gm, (indentation) => ' '.repeat(Math.ceil(indentation.length / 4)));
}
