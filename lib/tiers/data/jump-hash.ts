/**
 * The shard of a key among a number of shards, by jump consistent hash (Lamping and Veach, "A Fast, Minimal Memory, Consistent
 * Hash Algorithm"): even, without a table, and growing from N to M shards moves only the share of keys that the new shards take.
 * @param key the key; its 64-bit FNV-1a hash decides.
 * @param shards how many shards there are.
 */
export function jumpHash(key: string, shards: number): number {
  let seed = fnv1a(key);
  let shard = -1;
  let next = 0;
  while (next < shards) {
    shard = next;
    seed = BigInt.asUintN(64, seed * 2862933555777941757n + 1n);
    next = Math.floor((shard + 1) * (2 ** 31 / Number((seed >> 33n) + 1n)));
  }
  return shard;
}

function fnv1a(key: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(key, 'utf8')) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
