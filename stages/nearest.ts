/**
 * The candidate that a slip of the keyboard most likely meant, compared without regard to case.
 * @param word what was typed.
 * @param candidates what exists.
 * @param distance how many letters may be added, left out or changed.
 */
export function nearest(word: string, candidates: readonly string[], distance: number): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best.edits <= distance ? best.candidate : undefined;
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  a.split('').forEach((letter, index) => {
    const next = [index + 1];
    b.split('').forEach((other, column) => {
      next.push(Math.min(row[column + 1] + 1, next[column] + 1, row[column] + (letter === other ? 0 : 1)));
    });
    row = next;
  });
  return row[b.length];
}
