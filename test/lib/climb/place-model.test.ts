import { ShardMap } from '../../../lib';
import { climbUnderLoad, growUnderLoad, killedAt } from '../../support/climb/model-climb';
import { FORUM, SHOP, TENANTS } from '../../support/climb/model-schemas';
import { describePlacingQuickly } from '../../support/climb/place-climb';

/** More rows show more of the pause: ROWS=1000000. */
const ROWS = Number(process.env.ROWS ?? 1_000);
const LONG = 1_800_000;

describePlacingQuickly(
  'a model of many tenants',
  TENANTS.shards,
  (scene) => {
    test(
      'moves while it is written to, and its shards grow',
      async () => {
        const writers = await climbUnderLoad(scene(), TENANTS, ROWS);
        // As the template says it after the bridge: there is no old database any more.
        await scene().redirect('core', scene().server('platform').endpoint);
        await growUnderLoad(scene(), TENANTS, ROWS, writers, ShardMap.hash(4));
        const said = await scene().sql(
          'platform',
          'SELECT (SELECT count(*) FROM flags)::int AS flags, (SELECT count(*) FROM visits)::int AS visits',
        );
        expect(said).toEqual([{ flags: 1, visits: 50 }]);
        expect(await scene().sql('core', 'SELECT what FROM audit')).toEqual([{ what: 'kept' }]);
      },
      LONG,
    );

    test(
      'comes to the same end when it is killed at every step, and when its shards grow too',
      async () => {
        const writers = await climbUnderLoad(scene(), TENANTS, ROWS, killedAt(scene(), 'core', TENANTS.map));
        const grown = ShardMap.hash(4);
        await growUnderLoad(
          scene(),
          TENANTS,
          ROWS,
          writers,
          grown,
          killedAt(scene(), 'shard0', grown, ['prepare', 'freeze', 'switch', 'finish']),
        );
      },
      LONG,
    );
  },
  TENANTS.model.functions,
);

/** Growing that moves nobody: a range behind the others, and a directory. */
const BEHIND = ShardMap.ofRanges(3, [
  { from: 0, to: 25, shard: 0 },
  { from: 25, to: 1_000_000, shard: 1 },
  { from: 1_000_000, to: 2_000_000, shard: 2 },
]);

for (const [schema, grown] of [
  [SHOP, BEHIND],
  [FORUM, ShardMap.directory(3)],
] as const) {
  describePlacingQuickly(
    `a model of ${schema.title}`,
    schema.shards,
    (scene) => {
      test(
        'moves while it is written to, and a new shard begins with its tables',
        async () => {
          const writers = await climbUnderLoad(scene(), schema, ROWS);
          await growUnderLoad(scene(), schema, ROWS, writers, grown);
          const { table } = schema.anchor;
          expect(await scene().sql('shard2', `SELECT EXISTS (SELECT FROM ${table}) AS filled`)).toEqual([{ filled: true }]);
        },
        LONG,
      );

      test(
        'comes to the same end when it is killed at every step',
        async () => {
          await climbUnderLoad(scene(), schema, ROWS, killedAt(scene(), 'core', schema.map));
        },
        LONG,
      );
    },
    schema.model.functions,
  );
}
