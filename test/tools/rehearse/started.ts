import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually, freePort } from '../../../tools/servers/processes';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, ZIP } from '../../support/needs';
import { describeWithServers } from '../../support/servers';

const STAGECRAFT = join(__dirname, '../../../tools/bin/stagecraft.js');

/** Tests that rehearse on this machine. */
export function describeRehearsal(title: string, body: () => void): void {
  describeNeeding([...ZIP, ...ON_A_SERVER], title, () => {
    describeWithServers(['postgres', 'valkey', 'moto', 'nginx'], 'on this machine', () => {
      // What a failed test leaves; killed ones clear up behind themselves.
      afterAll(() => {
        for (const child of children) child.kill('SIGKILL');
      });
      body();
    });
  });
}

const children: ChildProcess[] = [];

/** A rehearsal that was started as a person does. */
export interface Started {
  readonly child: ChildProcess;
  readonly said: { out: string; error: string };
  readonly port: number;
  /** Waits until it has said its first numbers. */
  readonly ready: () => Promise<void>;
}

/** Starts a rehearsal of stage 1 in a directory, unless something else is typed. */
export async function start(directory: string, ...more: string[]): Promise<Started> {
  const port = await freePort();
  const given = ['--users', '2', '--json', '--port', String(port), '--directory', directory];
  const args = [STAGECRAFT, 'rehearse', ...(/^\d$/.test(more[0] ?? '') ? [] : ['1']), ...more, ...given];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { out: '', error: '' };
  child.stdout.on('data', (text) => (said.out += String(text)));
  child.stderr.on('data', (text) => (said.error += String(text)));
  const ready = async (): Promise<void> => {
    await eventually(() => {
      if (child.exitCode !== null) throw new Error(said.error);
      return said.out.includes('"ready"') && said.out.includes('"requests"');
    }, 300_000);
  };
  return { child, said, port, ready };
}

/** Waits until nothing is left of a rehearsal: no file, no process, no port. */
export async function gone(directory: string, port: number): Promise<void> {
  await eventually(() => !existsSync(directory) && left(directory).length === 0, 120_000);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
}

/** Processes that name a directory or have the mark of a rehearsal in it. */
function left(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const text = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join(' ');
        return text.includes(directory) ? [text.slice(0, 200)] : [];
      } catch {
        return [];
      }
    });
}
