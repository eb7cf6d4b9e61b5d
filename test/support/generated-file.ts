import { readFileSync, writeFileSync } from 'node:fs';

/** Compares a committed, generated file with what it should say; `npm run test:update` writes it anew. */
export function expectGenerated(file: string, content: string): void {
  if (process.env.UPDATE) writeFileSync(file, content);
  expect(readFileSync(file, 'utf8')).toBe(content);
}
