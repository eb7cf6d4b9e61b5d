import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShardMap } from '../../../lib';
import { brief } from '../../../lib/climb/shell-text';
import { jumpHash } from '../../../lib/tiers/data/jump-hash';
import { describePlacingInCi, placeUnderLoad } from '../../support/climb/place-climb';
import { PLACE_FILES } from '../../support/climb/place-runbook';
import { describeNeeding, SHELLCHECK } from '../../support/needs';

const TEXT = PLACE_FILES.map((file) => readFileSync(join(__dirname, '../../../lib/climb', file), 'utf8')).join('\n');

test('the runbook that places users fits into a document of Systems Manager, which has room for 64 KB as JSON', () => {
  expect(Buffer.byteLength(JSON.stringify(brief(TEXT)))).toBeLessThan(62_500);
});

describeNeeding([SHELLCHECK], 'the runbook that places users passes shellcheck', () => {
  test('without a finding', () => {
    // The options of PostgreSQL are changed in a subshell on purpose.
    const found = execFileSync('bash', ['-c', 'shellcheck -s bash -e SC2030,SC2031 - || true'], { input: TEXT, encoding: 'utf8' });
    expect(found).toBe('');
  });
});

describePlacingInCi('users placed over two shards by range', 2, (scene) => {
  test('come from a live database without one lost or doubled', async () => {
    const map = ShardMap.ofRanges(2, [
      { from: 0, to: 500, shard: 0 },
      { from: 500, to: 1_000_000, shard: 1 },
    ]);
    await placeUnderLoad(scene(), map, 1_000);
  }, 1_800_000);

  test('are on the shard that the application looks at: its hash is the one in SQL', async () => {
    const ids = ['1', '9', '10', '499', '1000000', '8589934592', '9223372036854775807', '-1'];
    for (let n = 1n; n < 500n; n++) ids.push(String((n * 0x9e3779b97f4a7c15n) & 0x7fffffffffffffffn));
    for (const shards of [1, 2, 3, 16, 1_024]) {
      const environment = { ...process.env, NAME: 'hash', SHARD_MAP: 'of no matter', MODEL: 'none', COUNT: String(shards) };
      const sql = execFileSync('bash', ['-c', `${TEXT}\nSTRATEGY=hash SHARDS=$COUNT KEY_TYPE=bigint\nhome_function public`], {
        env: environment,
        encoding: 'utf8',
      });
      await scene().sql('products', `DROP FUNCTION IF EXISTS public.home; ${sql}`);
      const found = await scene()
        .in('products')
        .query<{ home: number }>('SELECT public.home(id) FROM unnest($1::bigint[]) WITH ORDINALITY t (id, n) ORDER BY n', [ids]);
      expect(found.rows.map(({ home }) => home)).toEqual(ids.map((id) => jumpHash(id, shards)));
    }
  });
});
