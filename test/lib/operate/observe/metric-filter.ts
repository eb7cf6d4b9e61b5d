type Line = Readonly<Record<string, unknown>>;

const COMPARE: Readonly<Record<string, (left: unknown, right: string | number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>=': (left, right) => typeof left === 'number' && typeof right === 'number' && left >= right,
};

/**
 * Matches a log line as CloudWatch Logs does, for the part of its syntax that is used here: `{ ($.a = "text") && ($.b >= 500) }`. Anything else
 * is an error. A field that is missing never matches ("Filter pattern syntax", JSON log events).
 */
export function matches(pattern: string, line: Line): boolean {
  const conditions = /^\{ (.+) \}$/.exec(pattern)?.at(1);
  if (conditions === undefined) throw new Error(`not a pattern for JSON: ${pattern}`);
  return conditions.split(' && ').every((condition) => {
    const found = /^\(\$\.(\w+) (=|!=|>=) (?:"([^"]*)"|(\d+))\)$/.exec(condition);
    if (!found) throw new Error(`not a condition that this reads: ${condition}`);
    const [, field, operator, text, digits] = found as unknown as [string, string, string, string?, string?];
    return field in line && COMPARE[operator](line[field], text ?? Number(digits));
  });
}

/** The fields that a query of CloudWatch Logs Insights reads: those before they are given another name. */
export function fieldsOf(query: string): string[] {
  const words = query
    .replace(/"[^"]*"/g, '')
    .split('\n')
    .flatMap((line) => {
      const found = /^(?:\| )?(fields|filter|stats|sort|limit) (.+)$/.exec(line);
      if (!found) throw new Error(`not a command that this reads: ${line}`);
      const [, command, rest] = found;
      return command === 'limit' || command === 'sort' ? [] : rest.replace(/ as \w+/g, '').split(/[^@\w]+/);
    });
  const language = new Set(['', 'or', 'and', 'by', 'count', 'pct', 'max', 'latest']);
  return [...new Set(words)].filter((word) => !language.has(word) && !/^\d+$/.test(word));
}
