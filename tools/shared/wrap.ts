/** Lines of at most a width, broken at spaces, else behind a slash or a comma, else anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const at = breakIn(rest, width);
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

function breakIn(text: string, width: number): number {
  const space = text.lastIndexOf(' ', width);
  if (space > width / 3) return space;
  const behind = Math.max(...['/', ',', ':'].map((sign) => text.lastIndexOf(sign, width - 1))) + 1;
  return behind > width / 3 ? behind : width;
}
