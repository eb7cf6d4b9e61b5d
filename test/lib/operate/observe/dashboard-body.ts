/** Checks a dashboard body against CloudWatch's "Dashboard body structure and syntax". */

type Json = Record<string, unknown>;

const ID = /^[a-z][a-zA-Z0-9_]*$/;
const COLOUR = /^#[0-9a-fA-F]{6}$/;
const text = (value: unknown): boolean => typeof value === 'string' && value !== '';
const number = (value: unknown): boolean => typeof value === 'number';
const flag = (value: unknown): boolean => typeof value === 'boolean';
const oneOf =
  (...allowed: string[]) =>
  (value: unknown): boolean =>
    allowed.includes(value as string);

type Check = (value: unknown) => boolean;

const RENDERING: Record<string, Check> = {
  ...{ accountId: text, expression: text, label: text, region: text, stat: text, color: (value) => COLOUR.test(String(value)) },
  ...{ id: (value) => ID.test(String(value)), period: number, visible: flag, yAxis: oneOf('left', 'right') },
};

const METRIC: Record<string, Check> = {
  ...{ title: text, region: text, stat: text, accountId: text, period: number, stacked: flag, liveData: flag, sparkline: flag },
  ...{ view: oneOf('timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table'), setPeriodToTimeRange: flag, timezone: text },
  legend: (value) => oneOf('right', 'bottom', 'hidden')((value as Json).position),
  metrics: Array.isArray,
  annotations: (value) => {
    const { horizontal = [], ...others } = value as { horizontal?: Json[] };
    return (
      Object.keys(others).every(oneOf('vertical', 'alarms')) &&
      horizontal.every(
        (line) => number(line.value) && keysOk(line, { value: number, label: text, color: text, fill: text, visible: flag, yAxis: text }),
      )
    );
  },
  yAxis: (value) =>
    Object.entries(value as Json).every(
      ([side, axis]) => oneOf('left', 'right')(side) && keysOk(axis as Json, { min: number, max: number, label: text, showUnits: flag }),
    ),
};

const PROPERTIES: Record<string, { readonly required: readonly string[]; readonly known: Record<string, Check> }> = {
  text: { required: ['markdown'], known: { markdown: text, background: oneOf('solid', 'transparent') } },
  alarm: {
    required: ['alarms'],
    known: {
      title: text,
      sortBy: oneOf('default', 'stateUpdatedTimestamp', 'timestamp'),
      states: Array.isArray,
      alarms: (value) => Array.isArray(value) && value.length > 0 && value.length <= 100 && value.every(text),
    },
  },
  metric: { required: ['region', 'metrics'], known: METRIC },
};

/** All that is wrong with a body, in words; nothing where CloudWatch would take it. */
export function problemsOf(body: unknown): string[] {
  const { widgets, ...rest } = body as { widgets?: Json[] };
  const allowed = { start: text, end: text, periodOverride: oneOf('auto', 'inherit'), variables: Array.isArray };
  const problems = unknown('dashboard', rest, allowed);
  if (!Array.isArray(widgets)) return [...problems, 'dashboard: widgets is missing'];
  if (widgets.length > 500) problems.push(`dashboard: ${widgets.length} widgets, 500 are allowed`);
  const taken = new Map<string, number>();
  widgets.forEach((widget, index) => {
    const name = `widget ${index}`;
    problems.push(...unknown(name, widget, { type: text, x: number, y: number, width: number, height: number, properties: () => true }));
    const {
      type,
      x = 0,
      y = 0,
      width = 6,
      height = 6,
    } = widget as { type: string } & Partial<Record<'x' | 'y' | 'width' | 'height', number>>;
    const whole = [x, y, width, height].every((value) => Number.isInteger(value) && value >= 0);
    if (!whole || width < 1 || height < 1 || height > 1000 || x > 23 || x + width > 24) problems.push(`${name}: does not fit on the grid`);
    for (let column = x; column < x + width; column += 1) {
      for (let row = y; row < y + height; row += 1) {
        const other = taken.get(`${column},${row}`);
        if (other !== undefined && other !== index) problems.push(`${name}: lies on widget ${other}`);
        taken.set(`${column},${row}`, index);
      }
    }
    problems.push(...propertiesOf(name, type, widget.properties as Json | undefined));
  });
  return [...new Set(problems)];
}

function propertiesOf(name: string, type: string, properties: Json | undefined): string[] {
  if (!(type in PROPERTIES)) return [`${name}: type ${type} is not known`];
  if (!properties) return [`${name}: properties are missing`];
  const { required, known } = PROPERTIES[type];
  return [
    ...required.filter((key) => !(key in properties)).map((key) => `${name}: ${key} is missing`),
    ...unknown(name, properties, known),
    ...(type === 'metric' ? metricProblems(name, (properties.metrics ?? []) as unknown[][]) : []),
  ];
}

function metricProblems(name: string, metrics: unknown[][]): string[] {
  const problems: string[] = [];
  if (metrics.length > 500) problems.push(`${name}: ${metrics.length} metrics, 500 are allowed`);
  const ids = metrics.map((metric) => (metric.at(-1) as Json | undefined)?.id).filter((id) => id !== undefined);
  if (new Set(ids).size !== ids.length) problems.push(`${name}: an id stands twice`);
  const visible = metrics.filter((metric) => (metric.at(-1) as Json | undefined)?.visible !== false);
  if (visible.length === 0) problems.push(`${name}: it is empty`);
  metrics.forEach((metric, index) => {
    const last = metric.at(-1);
    const hasRendering = typeof last === 'object' && last !== null;
    const rendering = (hasRendering ? last : {}) as Json & { expression?: string };
    const path = hasRendering ? metric.slice(0, -1) : metric;
    const where = `${name}, metric ${index}`;
    problems.push(...unknown(where, rendering, RENDERING));
    if (rendering.expression !== undefined) {
      if (path.length > 0) problems.push(`${where}: an expression stands alone`);
      const used = [...rendering.expression.replace(/'[^']*'/g, '').matchAll(/\b[a-z][a-zA-Z0-9_]*\b/g)].map(([id]) => id);
      problems.push(...used.filter((id) => !ids.includes(id)).map((id) => `${where}: ${id} is no id of this graph`));
    } else if (path.length < 2 || path.length % 2 !== 0 || path.length > 2 + 2 * 30 || !path.every(text)) {
      problems.push(`${where}: it is namespace, name, and pairs of dimension and value`);
    }
  });
  return problems;
}

function keysOk(value: Json, known: Record<string, Check>): boolean {
  return unknown('', value, known).length === 0;
}

function unknown(name: string, value: Json, known: Record<string, Check>): string[] {
  return Object.entries(value).flatMap(([key, one]) => {
    if (!(key in known)) return [`${name}: ${key} is not known`];
    return known[key](one) ? [] : [`${name}: ${key} can't be ${JSON.stringify(one)}`];
  });
}
