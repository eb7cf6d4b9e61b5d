import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, ZIP, describeNeeding } from '../../../support/needs';
import { FAULTS, Machine } from './machine';

const XFS: Program[] = [{ name: 'mkfs.xfs', install: 'apt-get install xfsprogs' }];
const broken = Object.keys(FAULTS) as (keyof typeof FAULTS)[];

/** A server that runs the release `old`, is to run `new`, and has everything else that the script asks for. */
function serving(): Machine {
  const machine = new Machine();
  for (const directory of ['app/releases', 'etc/pki', 'etc/systemd/system', 'etc/logrotate.d', 'devices'])
    mkdirSync(join(machine.root, directory), { recursive: true });
  writeFileSync(join(machine.root, 'etc/fstab'), 'UUID=root / xfs defaults 0 0\n');
  machine.publish('old', { start: 'exec node server.js' });
  expect(machine.run('activate_release').status).toBe(0);
  machine.publish('new', { start: 'exec node server.js', 'static/site.1.css': 'a' });
  for (const [name, value] of Object.entries({
    'config/storage/static': 'files',
    'config/server/volume': 'vol-0abc',
    'config/database/writer': '/run/postgresql',
    'config/database/name': 'app',
  }))
    machine.parameter(name, value);
  machine.command('mountpoint', 'exit 1');
  machine.command('mount', `echo "mount $*" >> ${machine.root}/calls`);
  machine.command('xfs_growfs', `echo "xfs_growfs $*" >> ${machine.root}/calls`);
  machine.calls();
  return machine;
}

const impatient = (machine: Machine): Record<string, string> => ({ LIMIT: '1', DEVICES: join(machine.root, 'devices') });
const patient = (machine: Machine): Record<string, string> => ({ ...impatient(machine), PATIENCE: '30' });

describeNeeding(ZIP, 'a server whose AWS, packages or network fail, hang or answer nothing', () => {
  const steps: [step: string, needs: string][] = [
    ['activate_release', 'aws'],
    ['mount_data', 'aws'],
    ['mount_data', 'curl'],
    ['start_database', 'aws'],
    ['upload_static', 'aws'],
    ['fetch_certificates', 'curl'],
    ['install_packages', 'dnf'],
  ];
  const every = steps.flatMap(([step, needs]) => broken.map((fault) => ({ step, needs, fault })));

  test.each(every)('$step fails loudly when $needs $fault, and the application stays where it was', ({ step, needs, fault }) => {
    const machine = serving();
    if (needs === 'dnf') machine.command('rpm', 'exit 1');
    if (step === 'upload_static') {
      expect(machine.runWith(impatient(machine), 'activate_release').status).toBe(0);
      rmSync(join(machine.root, 'app/releases/new/.uploaded-files'), { force: true });
    }
    const before = machine.current();
    machine.calls();
    machine.break(needs, fault);
    const { status, output } = machine.runWith(impatient(machine), step);
    // Uploading has no answer to wait for.
    expect(status).not.toBe(0);
    expect(output).toMatch(/boot: gave up/);
    expect(machine.current()).toBe(before);
    const calls = machine.calls().join('\n');
    expect(calls).not.toMatch(/restart app|mount |mkfs|postgresql/);
    expect(readFileSync(join(machine.root, 'etc/fstab'), 'utf8')).toBe('UUID=root / xfs defaults 0 0\n');
    expect(existsSync(join(machine.root, 'etc/pki/rds.pem'))).toBe(false);
    expect(readdirSync(join(machine.root, 'app/releases')).filter((name) => !name.endsWith('.zip'))).toEqual(
      step === 'upload_static' ? expect.arrayContaining(['new', 'old']) : ['old'],
    );
  });

  test.each(['activate_release', 'fetch_certificates'])('%s does its work in the end when answers come late', (step) => {
    const machine = serving();
    if (step === 'fetch_certificates') machine.command('curl', 'echo "-----END CERTIFICATE-----" > "$2"');
    machine.break(step === 'activate_release' ? 'aws' : 'curl', 'answers late');
    const { status, output } = machine.runWith(patient(machine), step);
    expect(output).toMatch(/failed, trying again/);
    expect(status).toBe(0);
    if (step === 'activate_release') expect(machine.current()).toBe('new');
    else expect(readFileSync(join(machine.root, 'etc/pki/rds.pem'), 'utf8')).toContain('END CERTIFICATE');
  });

  test.each(['', 'releases', 's3://releases/', 's3://releases/.zip', 'https://elsewhere/new.zip'])(
    'a release named "%s" is refused',
    (url) => {
      const machine = serving();
      machine.parameter('release', url);
      expect(machine.run('activate_release').status).toBe(1);
      expect(machine.current()).toBe('old');
      expect(machine.calls().join('\n')).not.toContain('restart');
    },
  );

  test.each([
    [
      'is no zip file',
      (machine: Machine) => {
        writeFileSync(join(machine.root, 'bucket/new.zip'), 'no zip');
      },
    ],
    [
      'has no file named start',
      (machine: Machine) => {
        machine.publish('empty', { 'server.js': '' });
      },
    ],
  ])('a release that %s is refused, and nothing of it stays', (_, spoil) => {
    const machine = serving();
    spoil(machine);
    expect(machine.run('activate_release')).toMatchObject({ status: 1, output: expect.stringContaining('is no release') as string });
    expect(machine.current()).toBe('old');
    expect(readdirSync(join(machine.root, 'app/releases'))).toEqual(['old']);
  });

  test('certificates that break off are no certificates', () => {
    const machine = serving();
    machine.command('curl', 'echo "-----BEGIN CERTIFICATE-----" > "$2"');
    expect(machine.run('fetch_certificates').status).toBe(1);
    expect(existsSync(join(machine.root, 'etc/pki/rds.pem'))).toBe(false);
  });

  test('packages that were not installed by a dnf that says it did are missing', () => {
    const machine = serving();
    machine.command('rpm', 'exit 1');
    machine.command('dnf', 'exit 0');
    expect(machine.run('install_packages')).toMatchObject({ status: 1 });
  });
});

describeNeeding(ZIP, 'a release that does not answer', () => {
  const bad = (machine: Machine): void => {
    machine.command('curl', `[[ $(readlink ${machine.root}/app/current) != */new ]]`);
  };

  test('goes back to the one before, fails, and is not started again while that one serves', () => {
    const machine = serving();
    bad(machine);
    const first = machine.run('activate_release');
    expect(first.status).toBe(1);
    expect(first.output).toMatch(/release new does not answer\n.*went back to old/);
    expect(machine.current()).toBe('old');
    machine.calls();
    const second = machine.run('activate_release');
    expect(second).toMatchObject({ status: 1, output: expect.stringMatching(/deploy another, or remove .*new\.failed/) as string });
    expect(machine.calls().join('\n')).not.toContain('restart');
  });

  test('is tried again when nothing serves, and forgiven when it answers', () => {
    const machine = serving();
    machine.command('curl', 'exit 7');
    expect(machine.run('activate_release').status).toBe(1);
    machine.command('curl', `[[ $(readlink ${machine.root}/app/current) == */new ]]`);
    expect(machine.run('activate_release').status).toBe(0);
    expect(machine.current()).toBe('new');
    expect(existsSync(join(machine.root, 'app/releases/new.failed'))).toBe(false);
  });

  test('that starts again and again is given up before its time is over', () => {
    const machine = serving();
    bad(machine);
    machine.command('systemctl', '[ "$1" != show ] || echo 9');
    const start = Date.now();
    expect(machine.runWith({ ANSWER_SECONDS: '600' }, 'activate_release').status).toBe(1);
    expect(Date.now() - start).toBeLessThan(60_000);
  });

  test('old releases do not fill the disk: the one that runs and two more stay', () => {
    const machine = serving();
    for (const version of ['new', 'r3', 'r4', 'r5']) {
      machine.publish(version, { start: 'exec node server.js' });
      expect(machine.run('activate_release').status).toBe(0);
    }
    expect(readdirSync(join(machine.root, 'app/releases'))).toHaveLength(3);
    expect(machine.current()).toBe('r5');
  });
});

describeNeeding(XFS, 'a data volume', () => {
  const mounted = (): { machine: Machine; device: string; mount: () => { status: number | null; output: string } } => {
    const machine = serving();
    const device = join(machine.root, 'devices/nvme-Amazon_Elastic_Block_Store_vol0abc');
    writeFileSync(device, '');
    execFileSync('truncate', ['-s', '400M', device]);
    return { machine, device, mount: () => machine.runWith({ DEVICES: join(machine.root, 'devices') }, 'mount_data') };
  };
  const identity = (device: string): string =>
    execFileSync('blkid', ['-p', '-s', 'UUID', '-o', 'value', device], { encoding: 'utf8' }).trim();

  test('that is empty is formatted once, and never again; other lines of fstab stay', () => {
    const { machine, device, mount } = mounted();
    expect(mount().status).toBe(0);
    const first = identity(device);
    expect(mount().status).toBe(0);
    expect(identity(device)).toBe(first);
    expect(readFileSync(join(machine.root, 'etc/fstab'), 'utf8')).toBe(
      `UUID=root / xfs defaults 0 0\nUUID=${first} ${machine.root}/data xfs defaults,nofail 0 2\n`,
    );
    expect(machine.calls().filter((call) => call.startsWith('mount'))).toHaveLength(2);
  });

  test('whose format broke off is formatted again: nothing was ever in there', () => {
    const { device, mount } = mounted();
    execFileSync('mkfs.xfs', ['-q', device]);
    const first = identity(device);
    execFileSync('xfs_db', ['-x', '-c', 'sb 0', '-c', 'write -d inprogress 1', device], { stdio: 'ignore' });
    expect(mount().status).toBe(0);
    expect(identity(device)).not.toBe(first);
  });

  test('with another file system, or that nobody can tell, is left alone', () => {
    const { machine, device, mount } = mounted();
    execFileSync('mkfs.ext4', ['-q', device]);
    const first = identity(device);
    expect(mount().status).not.toBe(0);
    expect(identity(device)).toBe(first);
    machine.command('blkid', 'exit 8');
    expect(mount().output).toContain("can't tell what is on");
    machine.command('blkid', 'exit 4');
    expect(mount().status).not.toBe(0);
    expect(machine.calls().join('\n')).not.toContain('mount /');
  });

  test('that another server holds is waited for', () => {
    const { machine, device } = mounted();
    execFileSync('mv', [device, `${device}.elsewhere`]);
    machine.command(
      'aws',
      `if [ "$1" = ssm ]; then echo vol-0abc; exit; fi
echo >> ${machine.root}/tries
[ "$(wc -l < ${machine.root}/tries)" -ge 3 ] || { echo VolumeInUse >&2; exit 254; }
mv ${device}.elsewhere ${device}`,
    );
    expect(machine.runWith({ DEVICES: join(machine.root, 'devices'), PATIENCE: '60' }, 'mount_data').status).toBe(0);
    expect(machine.calls()).toContain(`mount ${machine.root}/data`);
  });
});
