import { ShardMap } from '../../../lib';
import { describePlacingInCi, placeUnderLoad, reshardUnderLoad } from '../../support/climb/place-climb';
import type { Scene } from '../../support/climb/place-scene';

const MANY = 1_000_000;
const FEW = 1_000;

/** Two ranges in the midst of the users who are there, and room behind. */
function halves(users: number): ShardMap {
  return ShardMap.ofRanges(2, [
    { from: 0, to: users / 2, shard: 0 },
    { from: users / 2, to: 10 * MANY, shard: 1 },
  ]);
}

describePlacingInCi('users of a live database', 4, (scene) => {
  test('come to two shards by range: a million', async () => {
    await placeUnderLoad(scene(), halves(MANY), MANY);
  });

  test('come to two shards by hash, and from there to four: a million', async () => {
    const { writers } = await placeUnderLoad(scene(), ShardMap.hash(2), MANY);
    await reshardUnderLoad(scene(), ShardMap.hash(4), writers);
  });

  test('come to four shards by range: a thousand', async () => {
    const ranges = [0, 1, 2, 3].map((shard) => ({ from: shard * 250, to: shard < 3 ? (shard + 1) * 250 : MANY, shard }));
    await placeUnderLoad(scene(), ShardMap.ofRanges(4, ranges), FEW);
  });

  test('come to four shards by hash: a thousand', async () => {
    await placeUnderLoad(scene(), ShardMap.hash(4), FEW);
  });

  test('come to two shards by hash, and from there to four: a thousand', async () => {
    const { writers } = await placeUnderLoad(scene(), ShardMap.hash(2), FEW);
    await reshardUnderLoad(scene(), ShardMap.hash(4), writers);
  });

  test('come to two shards by a directory, which names each of them and then more shards', async () => {
    const { writers } = await placeUnderLoad(scene(), ShardMap.directory(2), FEW);
    const said = await reshardUnderLoad(scene(), ShardMap.directory(4), writers);
    expect(said).toContain('nobody moves');
  });

  test('move from one range into two, with the sequence of the first ending where it ends now', async () => {
    const { writers } = await placeUnderLoad(scene(), halves(FEW), FEW);
    const split = ShardMap.ofRanges(3, [
      { from: 0, to: 200, shard: 0 },
      { from: 200, to: 500, shard: 2 },
      { from: 500, to: 10 * MANY, shard: 1 },
    ]);
    await reshardUnderLoad(scene(), split, writers);
    expect(await lastOf(scene(), 'shard0', 0)).toMatchObject({ max: '199' });
  });
});

async function lastOf(scene: Scene, place: string, from: number): Promise<unknown> {
  const [row] = await scene.sql(place, `SELECT seqmax AS max FROM pg_sequence WHERE seqrelid = 'user_ids_${from}'::regclass`);
  return row;
}
