import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { apt, describeInCi, describeNeeding, skipped, ZIP } from '../needs';
import { describeWithServers, type Servers } from '../servers';

const PROGRAMS = [
  ...ZIP,
  ...[apt('debootstrap'), apt('systemd-nspawn', 'systemd-container'), apt('mkfs.xfs', 'xfsprogs'), apt('xfs_io', 'xfsprogs')],
  ...[apt('losetup', 'mount'), apt('nsenter', 'util-linux'), apt('ip', 'iproute2'), apt('curl'), apt('openssl')],
  ...(process.getuid?.() === 0 ? [] : [{ name: 'root', install: 'run the tests as root' }]),
];

/** Tests of servers with a systemd of their own. A machine whose kernel doesn't let them be skips them also in CI, and says what it refused. */
export function describeGuests(title: string, body: (servers: Servers) => void): void {
  describeInCi(title, () => {
    describeNeeding(PROGRAMS, title, () => {
      const { status, stdout } = spawnSync('bash', [join(__dirname, 'attempt.sh')], { encoding: 'utf8' });
      if (status === 0) {
        describeWithServers(['moto'], title, body);
        return;
      }
      skipped(`this machine can't start a guest with a systemd of its own: ${stdout.trim()}`);
      test.skip(title, () => undefined);
    });
  });
}
