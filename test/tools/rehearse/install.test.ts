import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { adviceOn, requireLinux, useInstalled } from '../../../tools/rehearse/install';
import { NEEDED } from '../../../tools/rehearse/programs';
import { makeCertificates } from '../../../tools/servers/certificates';
import { Encryption } from '../../../tools/servers/encryption';
import { findProgram, freePort } from '../../../tools/servers/processes';
import { apt, describeNeeding } from '../../support/needs';

const needed = (...names: string[]) => NEEDED.filter(({ name }) => names.includes(name));

test('what is missing is said with the command that installs it, and --install is offered where it would do', () => {
  expect(adviceOn(needed('nginx', 'moto'))).toMatch(
    /^a rehearsal needs nginx, moto: type \w+(-get)? install nginx(-light)? and pip install 'moto\[server\]==[\d.]+', or add --install$/,
  );
  expect(adviceOn(needed('nginx', 'zip'))).not.toContain('--install');
});

test.each(['darwin', 'win32'])('on %s it is refused in one line that says where it runs', (platform) => {
  expect(() => {
    requireLinux(platform);
  }).toThrow(/^a rehearsal runs on Linux alone: on Windows start it in WSL 2, on macOS in a virtual machine with Linux$/);
});

test('every package has the version that was tried', () => {
  expect(NEEDED.flatMap(({ python }) => python ?? []).filter((one) => !/^[\w-]+(\[server\])?==[\d.]+(post\d+)?$/.test(one))).toEqual([]);
});

test('what the machine has goes before what was installed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'installed-'));
  mkdirSync(join(directory, 'bin'));
  for (const name of ['sh', 'only-installed']) {
    writeFileSync(join(directory, 'bin', name), '#!/bin/sh\n');
    chmodSync(join(directory, 'bin', name), 0o755);
  }
  const before = process.env.PATH;
  try {
    useInstalled(directory);
    expect([findProgram('sh'), findProgram('only-installed')]).toEqual([
      expect.not.stringContaining(directory),
      join(directory, 'bin/only-installed'),
    ]);
  } finally {
    process.env.PATH = before;
  }
});

describeNeeding([apt('openssl')], 'TLS in front of a server that has none', () => {
  test('what is said arrives and is answered; when the server is gone, so is the conversation', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'encryption-'));
    const certificates = makeCertificates(directory);
    const socket = join(directory, 'socket');
    const server = createServer((visitor) => {
      visitor.on('data', (said) => visitor.end(`heard ${String(said)}`));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const port = await freePort();
    const encryption = await Encryption.start(port, socket, certificates);
    const ask = async (): Promise<string> =>
      new Promise((resolve) => {
        const one = connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false }, () => one.write('hello'));
        let said = '';
        one.on('data', (data) => (said += String(data))).on('error', () => undefined);
        one.on('close', () => {
          resolve(said);
        });
      });
    expect(await ask()).toBe('heard hello');
    await new Promise((resolve) => server.close(resolve));
    expect(await ask()).toBe('');
    encryption.stop();
    await expect(
      new Promise((resolve, reject) => {
        connectSocket(port, '127.0.0.1', () => {
          resolve('open');
        }).on('error', reject);
      }),
    ).rejects.toThrow('ECONNREFUSED');
  });
});
