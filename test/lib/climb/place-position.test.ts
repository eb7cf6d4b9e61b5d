import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLOW = join(__dirname, '../../../lib/climb/replicate-flow.sh');

test('targets are waited for by the position of the log, not by the number that a message returns: on Aurora it is of another sequence', () => {
  const directory = mkdtempSync(join(tmpdir(), 'position-'));
  const asked = join(directory, 'asked');
  // A psql that answers as psql does: a line for each question whose answer isn't sent elsewhere.
  const psql = `hidden=no
while [ $# -gt 0 ]; do
  [ "$1" != '\\o /dev/null' ] || hidden=yes
  [ "$1" != '\\o' ] || hidden=no
  case "$1" in
    *pg_logical_emit_message*) [ $hidden = yes ] || echo B0234/7C794C04 ;;
    *pg_current_wal_lsn*) echo 0/471892C8 ;;
  esac
  shift
done`;
  writeFileSync(join(directory, 'psql'), `#!/bin/bash\n${psql}\n`);
  chmodSync(join(directory, 'psql'), 0o755);
  const stubs = `on() { shift 2; "$@"; }; query() { echo "$2" >>${asked}; echo 0; }; declare -A WRITER=([shard0]=a:1) SECRET=([shard0]=s)
    SOURCES=(shard0) PGAPPNAME=place`;
  const { status } = spawnSync('bash', ['-euc', `. '${FLOW}'; ${stubs}; reach 1`], {
    env: { ...process.env, PATH: `${directory}:${process.env.PATH ?? ''}` },
  });
  expect(status).toBe(0);
  expect(readFileSync(asked, 'utf8')).toContain("confirmed_flush_lsn < '0/471892C8'");
});
