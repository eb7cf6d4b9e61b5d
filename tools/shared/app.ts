import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from './assembly';
import { BadInput } from './bad-input';
import { contextOfProject } from './project';
import type { StackTemplate } from './template';

/**
 * Synthesizes somebody's CDK app as the CDK's own command does, into a directory that is gone afterwards.
 * @param command what starts it: `npx ts-node bin/app.ts`.
 */
export function runApp(command: string): StackTemplate[] {
  const directory = mkdtempSync(join(tmpdir(), 'stagecraft-'));
  try {
    const context = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true, ...contextOfProject(process.cwd()) };
    const env = { ...process.env, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(context) };
    const { status, stderr } = spawnSync(command, { shell: true, env, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) {
      const line = stderr.split('\n').find((one) => /error/i.test(one)) ?? stderr.trim().split('\n').at(-1) ?? '';
      throw new BadInput(`--app ${command} ended with ${String(status)}: ${line.trim()}`);
    }
    return readAssembly(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
