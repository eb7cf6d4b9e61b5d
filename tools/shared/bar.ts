const WIDTH = 20;

/**
 * A share as a bar of fixed length, for a terminal and for Markdown alike.
 * @param share 0 to 1; more is a full bar.
 */
export function bar(share: number): string {
  const full = Math.min(WIDTH, Math.round(share * WIDTH));
  return '█'.repeat(full) + '░'.repeat(WIDTH - full);
}
