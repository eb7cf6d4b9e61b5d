import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Directory } from '../../../tools/rehearse/directory';
import { eventually, freePort } from '../../../tools/servers/processes';
import { apt, describeNeeding, testInCi, ZIP } from '../../support/needs';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeWithServers } from '../../support/servers';
import { called } from '../diff/run';

const STAGECRAFT = join(__dirname, '../../../tools/bin/stagecraft.js');
const home = mkdtempSync(join(tmpdir(), 'rehearse-'));
chmodSync(home, 0o755);
const place = (name: string): string => join(home, name);

describe('what is wrong is said in one line', () => {
  test.each([
    [[], 'a stage is missing: type npx stagecraft rehearse 4'],
    [['9'], 'stage 9 is not possible: allowed are 1 to 6; type npx stagecraft rehearse --help'],
    [['4', '--stop'], 'a stage and --stop do not go together: type npx stagecraft rehearse --stop'],
    [['4', '--users', 'many'], '--users many is not possible: allowed are 0 to 5000; type npx stagecraft rehearse --help'],
    [['4', '--climb', '3'], '--climb 3 is not possible: allowed are 5 to 5; type npx stagecraft rehearse --help'],
    [['4', '--app', '.', '--check'], '--app does not go with --climb or --check: people of the reference application do not know yours'],
  ])('%j', async (args, line) => {
    expect(await called(home, ['rehearse', ...args])).toMatchObject({ status: 1, stderr: `${line}\n` });
  });

  test('a directory that is somebody else’s stays as it is', async () => {
    mkdirSync(place('mine'));
    writeFileSync(join(place('mine'), 'letter'), 'dear');
    await expect(new Directory(place('mine')).take()).rejects.toThrow(
      `${place('mine')} holds something else than a rehearsal: give another place with --directory`,
    );
    expect(readdirSync(place('mine'))).toEqual(['letter']);
  });
});

test('--stop ends nothing where nothing is', async () => {
  const { status, stdout } = await called(home, ['rehearse', '--stop', '--directory', place('none')]);
  expect([status, stdout]).toEqual([0, `there is no rehearsal in ${place('none')}\n`]);
});

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

describeNeeding([...ZIP, ...ON_A_SERVER, apt('nginx', 'nginx-light')], 'a rehearsal', () => {
  describeWithServers(['postgres', 'valkey', 'moto'], 'on this machine', () => {
    const start = async (name: string, ...more: string[]) => {
      const port = await freePort();
      const args = [STAGECRAFT, 'rehearse', '1', '--users', '2', '--json', '--port', String(port), '--directory', place(name), ...more];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { out: '', error: '' };
      child.stdout.on('data', (text) => (said.out += String(text)));
      child.stderr.on('data', (text) => (said.error += String(text)));
      const ready = async (): Promise<void> => {
        await eventually(() => {
          if (child.exitCode !== null) throw new Error(said.error);
          return said.out.includes('"ready"') && said.out.includes('"requests"');
        }, 90_000);
      };
      return { child, said, port, ready };
    };
    const gone = async (name: string, port: number): Promise<void> => {
      await eventually(() => !existsSync(place(name)) && left(place(name)).length === 0, 30_000);
      // The port is free again.
      const server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening');
      server.close();
    };

    testInCi(
      'serves, counts, and leaves nothing: when it is told to stop, when it is killed, and when it is killed before it is ready',
      async () => {
        const first = await start('first');
        await first.ready();
        expect((await fetch(`http://127.0.0.1:${first.port}/users`)).status).toBe(200);
        const second = await called(home, ['rehearse', '1', '--directory', place('first'), '--port', String(await freePort())]);
        expect(second.stderr).toContain(`a rehearsal runs already in ${place('first')}`);
        const stopped = await called(home, ['rehearse', '--stop', '--directory', place('first')]);
        expect(stopped.stdout).toBe(`the rehearsal in ${place('first')} is stopped and removed\n`);
        await gone('first', first.port);

        const killed = await start('killed');
        await killed.ready();
        killed.child.kill('SIGKILL');
        await gone('killed', killed.port);

        const early = await start('early');
        await eventually(() => early.said.error.includes('databases'), 60_000);
        early.child.kill('SIGKILL');
        await gone('early', early.port);
      },
      300_000,
    );
  });
});
