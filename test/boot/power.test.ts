import { describeGuests } from '../support/systemd/describe';
import type { Guest } from '../support/systemd/guest';
import { Scene, seenAt } from './scene';

/** Beginnings of commands of a first boot, in their order: those before which most can be lost. */
const FIRST_BOOT = [
  ...['install -m 0755 "$0"', 'systemctl start boot', 'dnf install', '[[ -s $ETC/pki/rds.pem ]]', "grep -q 'END CERTIFICATE'"],
  ...['volume=', 'mkfs.xfs -q "$1"', 'uuid=', 'mv "$ETC/fstab.partial"', 'mount "$DATA"', 'writer='],
  ...['runuser -u postgres -- initdb', 'sync -f "$1.partial"', 'mv -T "$1.partial"', 'install -d "$unit"'],
  ...['systemctl enable --now postgresql', '"${as_postgres[@]}" createuser', '"${as_postgres[@]}" createdb'],
  ...['useradd', 'install -d -o app', 'cat > "$ETC/systemd/system/app.service"', 'touch "$RUN/boot.done"'],
  ...['unzip', 'sync -f "$2.partial"', 'mv -T "$2.partial"', 'packages $(<', 'chown app "$file.partial"', 'echo "ALTER ROLE'],
  ...['ln -sfn "$1" "$APP/next"', 'mv -T "$APP/next"', 'systemctl restart app', 'answers_now', 'rm -f "$1.failed"'],
  '/opt/aws/amazon-cloudwatch-agent/bin',
];

/** The same of a release on a server that serves. */
const RELEASE = ['retry fetch', 'unzip', 'mv -T "$2.partial"', 'mv -T "$APP/next"', 'runuser -u app -- python3', 'rm -f "$1.failed"'];

describeGuests('the power of a server is cut', (servers) => {
  let scene: Scene;
  let server: Guest;

  beforeAll(async () => {
    ({ scene, server } = await Scene.withServer(servers));
  });

  test('in each step of its first boot, one boot after another: the last one serves', async () => {
    for (const command of FIRST_BOOT) await server.bootUntil(command);
    expect(await server.boot()).toBe('running');
    expect(await seenAt(server)).toEqual(['200 one:', '', 'active']);
  });

  test.each(RELEASE.map((command, index) => ({ command, version: `release-${index}` })))(
    'in a release, before $command: it serves that release afterwards, with what was written',
    async ({ command, version }) => {
      expect((await server.get('/', '-d', version)).status).toBe(200);
      const { text } = await server.get();
      await scene.release(version);
      await server.shellUntil(scene.delivery, command);
      expect(await server.boot()).toBe('running');
      expect(await seenAt(server)).toEqual([`200 ${text.replace(/^[^:]*/, version)}`, '', 'active']);
    },
  );
});
