import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../tools/servers/processes';
import { describeGuests } from '../support/systemd/describe';
import type { Guest } from '../support/systemd/guest';
import { Scene, seenAt } from './scene';

describeGuests('the boot script whole, on a real systemd', (servers) => {
  let scene: Scene;
  let server: Guest;

  beforeAll(async () => {
    ({ scene, server } = await Scene.withServer(servers));
  });

  test('a first boot ends with a website, and nothing that failed', async () => {
    expect(await server.boot()).toBe('running');
    expect(await seenAt(server)).toEqual(['200 one:', '', 'active']);
    console.info([...new Set((await server.said()).match(/dnf is a shim: .*/g))].join('\n'));
  });

  test('a restart keeps what was written', async () => {
    expect((await server.get('/', '-d', 'Ada')).status).toBe(200);
    await server.shell("runuser -u app -- sh -c 'echo picture >/data/uploads/picture'");
    expect(await server.reboot()).toBe('running');
    expect(await seenAt(server)).toEqual(['200 one: Ada', '', 'active']);
    expect(await server.said()).not.toMatch(/initialised|shim|trying again/);
  });

  test('a release is served once it was brought', async () => {
    await scene.release('two');
    expect((await server.get()).text).toBe('one: Ada');
    expect(await server.shell(scene.delivery)).toMatchObject({ status: 0 });
    expect(await seenAt(server)).toEqual(['200 two: Ada', '', 'active']);
  });

  test('a release that does not start is refused aloud, and the one before serves all the time and after a restart', async () => {
    await scene.release('three', (directory) => {
      writeFileSync(join(directory, 'server.py'), 'raise SystemExit(3)\n');
    });
    const answers = new Set<string>();
    let going = true;
    const visit = async (): Promise<void> => {
      while (going) answers.add((await server.get()).text);
    };
    const visitor = visit();
    const { status, words } = await server.shell(scene.delivery);
    going = false;
    await visitor;
    expect(status).not.toBe(0);
    expect(words).toMatch(/ended with 3[^]*release three does not answer[^]*went back to two/);
    expect([...answers]).toEqual(['two: Ada']);
    await server.reboot();
    expect(await server.said()).toContain('release three did not answer when it was started, two serves');
    expect(await seenAt(server)).toEqual(['200 two: Ada', '', 'active']);
  });

  test('the next release mends that', async () => {
    await scene.release('four');
    expect(await server.shell(scene.delivery)).toMatchObject({ status: 0 });
    expect(await seenAt(server)).toEqual(['200 four: Ada', '', 'active']);
  });

  test('another server, of an image that has one more user, waits for the volume and takes over what is on it', async () => {
    const other = await scene.server('i-0002', ['more']);
    other.powerOn();
    await eventually(async () => (await other.said()).includes('failed, trying again: attach'), 120_000);
    await server.cutPower();
    await server.stop();
    expect(await other.started()).toBe('running');
    expect(await seenAt(other)).toEqual(['200 four: Ada', '', 'active']);
    expect(await other.said()).not.toContain('initialised a new database');
    expect(await other.shell("runuser -u app -- sh -c 'echo more >>/data/uploads/picture; cat /data/uploads/picture'")).toMatchObject({
      words: expect.stringContaining('picture\nmore') as string,
    });
  });
});
