/** Values of one minute by the ids of the metrics; a metric without a value is missing. */
export type Values = Readonly<Record<string, number>>;

/**
 * The value of a CloudWatch metric math expression in one minute: IF, AND, OR, comparisons, + - * / and brackets, as the guide
 * "Using metric math" has them. Undefined where a metric that is named has none.
 */
export function valueOf(expression: string, values: Values): number | undefined {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[<>]=?|==|!=|[-+*/(),]/g) ?? [];
  const named = tokens.filter((token) => /^[a-z]/.test(token));
  if (named.some((name) => !(name in values))) return undefined;
  let at = 0;
  const take = (token: string): void => {
    if (tokens[at] !== token) throw new Error(`${expression}: ${token} is expected and not ${tokens[at]}`);
    at += 1;
  };
  const operand = (): number => {
    const token = tokens[at];
    at += 1;
    if (token === '(') {
      const inner = level(0);
      take(')');
      return inner;
    }
    if (token === 'IF') {
      take('(');
      const condition = level(0);
      take(',');
      const then = level(0);
      take(',');
      const otherwise = level(0);
      take(')');
      return condition === 0 ? otherwise : then;
    }
    return token in values ? values[token] : Number(token);
  };
  const level = (depth: number): number => {
    if (depth === LEVELS.length) return operand();
    let left = level(depth + 1);
    while (at < tokens.length && tokens[at] in LEVELS[depth]) {
      const operator = LEVELS[depth][tokens[at]];
      at += 1;
      left = operator(left, level(depth + 1));
    }
    return left;
  };
  const value = level(0);
  if (at < tokens.length) throw new Error(`${expression}: ${tokens[at]} is too much`);
  return value;
}

type Operators = Readonly<Record<string, (left: number, right: number) => number>>;

/** Weakest first. */
const LEVELS: readonly Operators[] = [
  { OR: (left, right) => Number(left !== 0 || right !== 0) },
  { AND: (left, right) => Number(left !== 0 && right !== 0) },
  {
    '<': (left, right) => Number(left < right),
    '>': (left, right) => Number(left > right),
    '<=': (left, right) => Number(left <= right),
    '>=': (left, right) => Number(left >= right),
  },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  { '*': (left, right) => left * right, '/': (left, right) => left / right },
];
