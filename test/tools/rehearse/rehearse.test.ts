import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Directory } from '../../../tools/rehearse/directory';
import { LIMITS } from '../../../tools/rehearse/limits';
import { eventually, freePort } from '../../../tools/servers/processes';
import { testInCi } from '../../support/needs';
import { called } from '../diff/run';
import { describeRehearsal, gone, start } from './started';

const home = mkdtempSync(join(tmpdir(), 'rehearse-'));
chmodSync(home, 0o755);
const place = (name: string): string => join(home, name);

describe('what is wrong is said in one line', () => {
  test.each([
    [[], 'a stage is missing: type npx stagecraft rehearse 4'],
    [['9'], 'stage 9 is not possible: allowed are 1 to 6; type npx stagecraft rehearse --help'],
    [
      ['5', '--climb', '6'],
      'the climb to stage 6 can not be rehearsed, because S3 Batch Operations has no imitation: type npx stagecraft rehearse 6',
    ],
    [['6', '--climb', '6'], '--climb 6 is not possible from stage 6: type npx stagecraft rehearse 6'],
    [['4', '--port', '8080', '--page', '8080'], '--page 8080 is the port of the website: type --page 8081'],
    [['4', '--predict', 'Cache'], '--predict Cache is not possible: type a part and how many of 100 requests fail, as --predict Cache=0'],
    [['4', '--stop'], 'a stage and --stop do not go together: type npx stagecraft rehearse --stop'],
    [['4', '--users', 'many'], '--users many is not possible: allowed are 0 to 5000; type npx stagecraft rehearse --help'],
    [['4', '--climb', '3'], '--climb 3 is not possible: allowed are 5 to 5; type npx stagecraft rehearse --help'],
    [
      ['4', '--app', '.', '--check'],
      '--app does not go with --climb, --check or --predict: people of the reference application do not know yours',
    ],
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

test('--stop removes what a rehearsal left that is dead', async () => {
  mkdirSync(place('dead'));
  // No process has this number.
  writeFileSync(join(place('dead'), 'owner'), '4194305 1\n');
  writeFileSync(join(place('dead'), 'half'), 'done');
  const taken = await called(home, ['rehearse', '--stop', '--directory', place('dead')]);
  expect([taken.stdout, existsSync(place('dead'))]).toEqual([`the rehearsal in ${place('dead')} is stopped and removed\n`, false]);
});

test('what can not be shown is said on the page and in the docs by the same words', () => {
  const docs = readFileSync(join(__dirname, '../../../docs/rehearse.md'), 'utf8');
  expect(LIMITS.filter((line) => !docs.includes(`- ${line}\n`))).toEqual([]);
});

test('--stop ends nothing where nothing is', async () => {
  const { status, stdout } = await called(home, ['rehearse', '--stop', '--directory', place('none')]);
  expect([status, stdout]).toEqual([0, `there is no rehearsal in ${place('none')}\n`]);
});

describeRehearsal('a rehearsal', () => {
  testInCi(
    'serves, counts, and leaves nothing: when it is told to stop, when it is killed, and when it is killed before it is ready',
    async () => {
      const first = await start(place('first'));
      await first.ready();
      expect((await fetch(`http://127.0.0.1:${first.port}/users`)).status).toBe(200);
      const second = await called(home, ['rehearse', '1', '--directory', place('first'), '--port', String(await freePort())]);
      expect(second.stderr).toContain(`a rehearsal runs already in ${place('first')}`);
      const stopped = await called(home, ['rehearse', '--stop', '--directory', place('first')]);
      expect(stopped.stdout).toBe(`the rehearsal in ${place('first')} is stopped and removed\n`);
      await gone(place('first'), first.port);

      const killed = await start(place('killed'));
      await killed.ready();
      killed.child.kill('SIGKILL');
      await gone(place('killed'), killed.port);

      const early = await start(place('early'));
      await eventually(() => early.said.error.includes('databases'), 60_000);
      early.child.kill('SIGKILL');
      await gone(place('early'), early.port);
    },
    300_000,
  );

  testInCi(
    'an exercise is marked by the exit code, also where somebody ends it: 2 after a prediction that was wrong',
    async () => {
      const { child, said, port } = await start(
        place('exercise'),
        '--predict',
        'Database on the server=0',
        '--seconds',
        '600',
        '--users',
        '5',
      );
      await eventually(() => said.out.includes('"prediction"'), 300_000);
      expect(/^\{"prediction".*/m.exec(said.out)?.[0]).toContain('"said":0');
      child.kill('SIGTERM');
      await eventually(() => child.exitCode !== null, 60_000);
      expect(child.exitCode).toBe(2);
      await gone(place('exercise'), port);
    },
    400_000,
  );

  testInCi('says at once why an application of one’s own does not start, and leaves nothing', async () => {
    mkdirSync(place('app'));
    writeFileSync(join(place('app'), 'Procfile'), 'release: echo no module named shop >&2; exit 3\nweb: exec sleep 600\n');
    const { child, port, said } = await start(place('refused'), '--app', place('app'));
    await eventually(() => child.exitCode !== null, 300_000);
    expect(child.exitCode).toBe(1);
    expect(said.error.trim().split('\n').at(-1)).toMatch(
      /^server-1 does not start: the release command ended with 3: no module named shop/,
    );
    await gone(place('refused'), port);
  });

  testInCi('takes an application of one’s own along that is still starting', async () => {
    mkdirSync(place('slow'));
    writeFileSync(join(place('slow'), 'Procfile'), `web: touch ${place('slow')}/begun; sleep 600\n`);
    chmodSync(place('slow'), 0o777);
    const { child, port } = await start(place('starting'), '--app', place('slow'));
    await eventually(() => existsSync(join(place('slow'), 'begun')), 300_000);
    child.kill('SIGTERM');
    await gone(place('starting'), port);
  });
});
