import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMMON = join(__dirname, '../../../lib/climb/common.sh');

/** Runs a function of `common.sh` where no programs are but those given, as shell scripts. */
function call(name: string, programs: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'programs-'));
  const calls = join(directory, 'calls');
  writeFileSync(calls, '');
  for (const [program, body] of Object.entries(programs)) {
    writeFileSync(join(directory, program), `#!/bin/sh\necho ${program} "$@" >>${calls}\n${body}\n`);
    chmodSync(join(directory, program), 0o755);
  }
  const { status, stderr } = spawnSync('bash', ['-c', `. '${COMMON}'; PATH=${directory}; ${name}`], {
    encoding: 'utf8',
    env: { ...process.env, NAME: 'webapp' },
  });
  return { status, stderr, calls: readFileSync(calls, 'utf8') };
}

test('a server without the programs of PostgreSQL gets them, once', () => {
  expect(call('install_clients', { dnf: '' })).toEqual({ status: 0, stderr: '', calls: 'dnf install -y -q postgresql17\n' });
  expect(call('install_clients', { dnf: '', psql: '', pg_dump: '' })).toEqual({ status: 0, stderr: '', calls: '' });
  expect(call('install_clients', { dnf: 'exit 1' })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^runbook: .*dnf install postgresql17\n$/),
  });
});
