import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHELLCHECK, ZIP, describeNeeding } from '../../../support/needs';

const BOOT = join(__dirname, '../../../../lib/foundation/servers/boot.sh');
const POSTGRES_BIN = ['/usr/lib/postgresql', '/usr/local/pgsql']
  .flatMap((root) => (existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : []))
  .at(-1);

test('the boot script fits into user data, which has room for 16 KB', () => {
  expect(readFileSync(BOOT).length).toBeLessThan(15_000);
});

describeNeeding([SHELLCHECK], 'the boot script passes shellcheck', () => {
  test('without a finding', () => {
    const { status, stdout } = spawnSync('shellcheck', [BOOT], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

/** A machine in a directory: its own root, and commands that stand for AWS and the system. */
class Machine {
  public readonly root = mkdtempSync(join(tmpdir(), 'machine-'));
  private readonly parameters: Record<string, string> = {};

  public constructor() {
    chmodSync(this.root, 0o755);
    for (const directory of ['bin', 'etc', 'bucket']) mkdirSync(join(this.root, directory));
    this.command('systemctl', `echo "systemctl $*" >> ${this.root}/calls`);
    this.command(
      'aws',
      `
echo "aws $*" >> ${this.root}/calls
case "$1 $2" in
  "ssm get-parameters") file="${this.root}/parameters/$(echo "$4" | tr / _)"; [ -f "$file" ] && cat "$file" || echo None ;;
  "s3 cp") cp "${this.root}/bucket/$(basename "$4")" "$5" ;;
  "s3 sync") [ ! -f ${this.root}/s3-is-down ] ;;
  *) exit 64 ;;
esac`,
    );
    mkdirSync(join(this.root, 'parameters'));
  }

  public command(name: string, script: string): void {
    writeFileSync(join(this.root, 'bin', name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }

  public parameter(name: string, value: string): void {
    this.parameters[name] = value;
    writeFileSync(join(this.root, 'parameters', `/webapp/${name}`.replaceAll('/', '_')), value);
  }

  /** A release as the asset pipeline makes it: a zip file named by its hash. */
  public publish(version: string, files: Record<string, string>): void {
    const source = mkdtempSync(join(tmpdir(), 'release-'));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(source, name, '..'), { recursive: true });
      writeFileSync(join(source, name), content);
    }
    execFileSync('zip', ['-qr', join(this.root, 'bucket', `${version}.zip`), '.'], { cwd: source });
    this.parameter('release', `s3://releases/${version}.zip`);
  }

  /** Runs a function of the boot script. */
  public run(...call: string[]): { status: number | null; output: string } {
    const PATH = [join(this.root, 'bin'), POSTGRES_BIN, process.env.PATH].join(':');
    const env = {
      PATH,
      NAME: 'webapp',
      ROLE: 'web',
      APP: join(this.root, 'app'),
      DATA: join(this.root, 'data'),
      ETC: join(this.root, 'etc'),
      RETRY_SECONDS: '0',
    };
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `source ${BOOT}; "$@"`, 'boot', ...call], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { status, output: stdout + stderr };
  }

  public calls(): string[] {
    const file = join(this.root, 'calls');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines;
  }

  public current(): string {
    return readlinkSync(join(this.root, 'app/current')).split('/').at(-1)!;
  }
}

describeNeeding(ZIP, 'a release', () => {
  const machine = new Machine();
  mkdirSync(join(machine.root, 'app/releases'), { recursive: true });

  test('is fetched, unpacked beside the one before, and switched by one rename', () => {
    machine.publish('aaa', { start: 'exec node server.js', 'static/site.1.css': 'a' });
    expect(machine.run('activate_release')).toEqual({ status: 0, output: 'boot: started release aaa\n' });
    expect(machine.current()).toBe('aaa');
    expect(machine.calls()).toContain('systemctl restart app');
    expect(readFileSync(join(machine.root, 'app/current/start'), 'utf8')).toBe('exec node server.js');
  });

  test('that is there already is neither fetched nor restarted', () => {
    expect(machine.run('activate_release').status).toBe(0);
    const calls = machine.calls();
    expect(calls.filter((call) => call.startsWith('aws s3 cp') || call.includes('restart'))).toEqual([]);
    expect(calls).toContain('systemctl start app');
  });

  test('uploads its static files only once there is a bucket, before its pages name them', () => {
    machine.publish('bbb', { start: 'exec node server.js', 'static/site.2.css': 'b' });
    machine.parameter('config/storage/static', 'files');
    expect(machine.run('activate_release').status).toBe(0);
    const calls = machine.calls();
    const upload = calls.findIndex((call) => call.includes('s3://files/static') && call.includes('max-age=31536000, immutable'));
    expect(upload).toBeGreaterThan(-1);
    expect(upload).toBeLessThan(calls.indexOf('systemctl restart app'));
    expect(machine.current()).toBe('bbb');
  });

  test('starts also when S3 takes no files: the server serves them itself', () => {
    writeFileSync(join(machine.root, 's3-is-down'), '');
    machine.publish('ccc', { start: 'exec node server.js', 'static/site.3.css': 'c' });
    expect(machine.run('activate_release').output).toMatch(/static files were not uploaded.*started release ccc/s);
    expect(machine.current()).toBe('ccc');
  });

  test('that is broken off leaves the one before running', () => {
    machine.calls();
    machine.parameter('release', 's3://releases/missing.zip');
    machine.command('seq', 'echo 1');
    expect(machine.run('activate_release').status).not.toBe(0);
    expect(machine.current()).toBe('ccc');
    expect(machine.calls()).not.toContain('systemctl restart app');
    expect(readdirSync(join(machine.root, 'app/releases')).sort()).toEqual(['aaa', 'bbb', 'ccc']);
  });
});

test('a parameter that does not exist is empty, one that cannot be read is an error', () => {
  const machine = new Machine();
  expect(machine.run('parameter', 'config/none')).toEqual({ status: 0, output: '' });
  machine.command('aws', 'exit 255');
  expect(machine.run('parameter', 'config/none').status).toBe(255);
});

test('a database on the server refuses to start without its data volume, rather than write to the root disk', () => {
  const machine = new Machine();
  machine.parameter('config/database/writer', '/run/postgresql');
  machine.parameter('config/database/name', 'app');
  machine.command('mountpoint', 'exit 1');
  expect(machine.run('start_database')).toEqual({ status: 1, output: `boot: no data volume at ${machine.root}/data, so no database\n` });
});

test('a database elsewhere means that nothing is installed here', () => {
  const machine = new Machine();
  machine.parameter('config/database/writer', 'database.example.com:5432');
  machine.command('dnf', `echo "dnf $*" >> ${machine.root}/calls`);
  expect(machine.run('start_database').status).toBe(0);
  expect(machine.calls().filter((call) => call.startsWith('dnf'))).toEqual([]);
});

test('a volume that holds a file system is never formatted', () => {
  const machine = new Machine();
  machine.parameter('config/server/volume', 'vol-0abc');
  writeFileSync(join(machine.root, 'etc/fstab'), '');
  machine.command('mountpoint', 'exit 1');
  machine.command('mount', `echo "mount $*" >> ${machine.root}/calls`);
  machine.command('mkfs.xfs', `echo "mkfs $*" >> ${machine.root}/calls`);
  machine.command('test', 'exit 0');
  machine.command('blkid', 'echo 1234');
  machine.command('curl', 'echo i-0abc');
  machine.command('aws', `if [ "$1" = ssm ]; then echo vol-0abc; else echo "aws $*" >> ${machine.root}/calls; fi`);
  const mount = (): { status: number | null; calls: string[] } => {
    const { status } = machine.run('eval', 'test() { command true; }; mount_data');
    return { status, calls: machine.calls() };
  };
  const first = mount();
  expect(first.status).toBe(0);
  expect(first.calls).toEqual([
    'aws ec2 attach-volume --volume-id vol-0abc --instance-id i-0abc --device /dev/sdf',
    `mount ${machine.root}/data`,
  ]);
  mount();
  expect(readFileSync(join(machine.root, 'etc/fstab'), 'utf8').trim().split('\n')).toHaveLength(1);
  machine.command('blkid', '[ "$1" = -p ] && exit 2; echo 1234');
  expect(mount().calls.join('\n')).toMatch(/mkfs \/dev\/disk\/by-id\/nvme-Amazon_Elastic_Block_Store_vol0abc/);
});

test('the units run the application without root, restart it, and make every later boot like the first', () => {
  const machine = new Machine();
  for (const name of ['useradd', 'chown']) machine.command(name, 'exit 0');
  machine.command('install', 'mkdir -p "${@: -1}"');
  mkdirSync(join(machine.root, 'etc/logrotate.d'));
  mkdirSync(join(machine.root, 'etc/systemd/system'), { recursive: true });
  for (let run = 0; run < 2; run++) expect(machine.run('install_units', 'eu-west-1').status).toBe(0);
  const unit = readFileSync(join(machine.root, 'etc/systemd/system/app.service'), 'utf8');
  for (const line of ['User=app', 'Restart=always', 'AmbientCapabilities=CAP_NET_BIND_SERVICE', 'ExecStart=/bin/sh start web'])
    expect(unit).toContain(`${line}\n`);
  expect(unit).toContain('AWS_REGION=eu-west-1');
  expect(readlinkSync(join(machine.root, 'etc/systemd/system/multi-user.target.wants/boot.service'))).toBe('../boot.service');
});
