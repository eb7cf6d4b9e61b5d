/**
 * Blocks of addresses, as `Fn::Cidr` cuts them; undefined for what it would refuse, and for IPv6.
 * @param block `10.0.0.0/16`.
 * @param count how many are wanted.
 * @param bits how many bits each of them has for hosts; 8 is a /24.
 */
export function blocksIn(block: string, count: string, bits = '8'): string[] | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/\d+$/.exec(block)?.slice(1).map(Number);
  const [many, size] = [Number(count), 2 ** Number(bits)];
  if (!parts || !(many >= 1 && many <= 256) || !(size >= 1 && size <= 2 ** 32)) return undefined;
  const first = parts.reduce((address, part) => address * 256 + part, 0);
  return Array.from({ length: many }, (_, index) => {
    const start = first + index * size;
    const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
    return `${bytes.join('.')}/${32 - Number(bits)}`;
  });
}
