/** Parts of JSON that matter here: texts, signs, and numbers longer than a computer counts exactly. */
const PARTS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** Long whole numbers as texts, so that two that differ in their last figures stay two. */
export function withLongNumbers(json: string): string {
  return json.replace(PARTS, (part) => (/^[-\d]/.test(part) ? `"${part}"` : part));
}

/** The first name that stands twice in one object: of the two, JSON forgets one. */
export function doubledKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [part] of json.matchAll(PARTS)) {
    if (part === '{' || part === '[') open.push(part === '{' ? new Set() : undefined);
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':') {
      const names = open.at(-1);
      if (names?.has(last)) return JSON.parse(last) as string;
      names?.add(last);
    }
    last = part;
  }
  return undefined;
}
