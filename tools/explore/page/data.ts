import type { Ladder } from '../ladder';

/** What the command put into the file, unpacked. */
export async function ladderOf(text: string): Promise<Ladder> {
  const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(stream).text()) as Ladder;
}
