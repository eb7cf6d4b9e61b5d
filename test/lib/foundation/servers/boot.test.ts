import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHELLCHECK, ZIP, describeNeeding } from '../../../support/needs';
import { Machine, bootFile } from './machine';

const BOOT = bootFile();

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

test('the units run the application without root, restart it, and make every later boot like the first', () => {
  const machine = new Machine();
  for (const name of ['useradd', 'chown']) machine.command(name, 'exit 0');
  machine.command('install', 'mkdir -p "${@: -1}"');
  mkdirSync(join(machine.root, 'etc/logrotate.d'));
  mkdirSync(join(machine.root, 'etc/systemd/system'), { recursive: true });
  for (let run = 0; run < 2; run++)
    for (const step of ['install_boot', 'install_units'])
      expect(machine.runWith({ SELF: join(machine.root, 'self') }, step).status).toBe(0);
  const unit = readFileSync(join(machine.root, 'etc/systemd/system/app.service'), 'utf8');
  for (const line of ['User=app', 'Restart=always', 'AmbientCapabilities=CAP_NET_BIND_SERVICE', 'ExecStart=/bin/sh start web'])
    expect(unit).toContain(`${line}\n`);
  expect(unit).toContain('AWS_REGION=eu-west-1');
  expect(readlinkSync(join(machine.root, 'etc/systemd/system/multi-user.target.wants/boot.service'))).toBe('../boot.service');
});

test('a server tells the stack that waits for it, and is not held up when nobody does', () => {
  const machine = new Machine();
  machine.command('cfn-signal', `echo "cfn-signal $*" >> ${machine.root}/calls`);
  const more = { SIGNAL: '--stack shop --resource Group', CFN_SIGNAL: join(machine.root, 'bin/cfn-signal') };
  expect(machine.runWith(more, 'eval', `SIGNAL='${more.SIGNAL}'; report_ready`).status).toBe(0);
  expect(machine.calls()).toEqual(['cfn-signal --success true --region eu-west-1 --stack shop --resource Group']);
  machine.command('cfn-signal', 'exit 1');
  expect(machine.run('eval', `CFN_SIGNAL=cfn-signal SIGNAL='${more.SIGNAL}' PATIENCE=0; report_ready`).output).toMatch(/no stack waits/);
});
