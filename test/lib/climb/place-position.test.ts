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
while IFS= read -r line; do
  [ "$line" != '\\o /dev/null' ] || hidden=yes
  [ "$line" != '\\o' ] || hidden=no
  case "$line" in
    *pg_logical_emit_message*) [ $hidden = yes ] || echo B0234/7C794C04 ;;
    *pg_current_wal_lsn*) echo 0/471892C8 ;;
  esac
done`;
  writeFileSync(join(directory, 'psql'), `#!/bin/bash\n${psql}\n`);
  chmodSync(join(directory, 'psql'), 0o755);
  const stubs = `script() { psql; }; query() { echo "$2" >>${asked}; echo 0; }; SOURCES=(shard0)`;
  const { status } = spawnSync('bash', ['-euc', `. '${FLOW}'; ${stubs}; reach 1`], {
    env: { ...process.env, PATH: `${directory}:${process.env.PATH ?? ''}` },
  });
  expect(status).toBe(0);
  expect(readFileSync(asked, 'utf8')).toContain("confirmed_flush_lsn < '0/471892C8'");
});
