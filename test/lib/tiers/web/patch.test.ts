import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATCH = join(__dirname, '../../../../lib/tiers/web/patch.sh');

/** A server on which a run of dnf does something. */
class Server {
  private readonly root = mkdtempSync(join(tmpdir(), 'patched-'));

  public constructor(dnf: string) {
    this.command('rpm', `cat ${this.root}/packages`);
    this.command('dnf', `echo "$*" > ${this.root}/asked; cd ${this.root}; ${dnf}`);
    writeFileSync(join(this.root, 'packages'), 'kernel-1\nopenssl-1\n');
  }

  public patch(): number | null {
    const env = { PATH: `${this.root}:${process.env.PATH ?? ''}`, RUN: this.root };
    // As the agent of Systems Manager does it: a file that the shell is told to run.
    this.command('_script.sh', readFileSync(PATCH, 'utf8').split('\n').slice(1).join('\n'));
    return spawnSync('sh', ['-c', join(this.root, '_script.sh')], { env, stdio: 'ignore' }).status;
  }

  public get asked(): string {
    return readFileSync(join(this.root, 'asked'), 'utf8').trim();
  }

  private command(name: string, script: string): void {
    writeFileSync(join(this.root, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }
}

test('security patches come from the newest release, not from the one of the image', () => {
  const server = new Server('true');
  server.patch();
  expect(server.asked).toBe('upgrade -y -q --security --releasever=latest');
});

test('where something was patched the server is restarted once, and where nothing was, never', () => {
  const server = new Server('printf "kernel-2\\nopenssl-1\\n" > packages');
  expect([server.patch(), server.patch()]).toEqual([194, 0]);
});

test('patches that can not be had are a failure, and no restart', () => {
  expect(new Server('exit 1').patch()).toBe(1);
});
