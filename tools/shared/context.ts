import { BadInput } from './bad-input';

/** Adds one `key=value` of the command line to those before it; the option may be repeated. */
export function collectContext(pair: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [key, ...value] = pair.split('=');
  if (key === '' || value.length === 0)
    throw new BadInput(`--context ${pair} is not possible: a key and a value are needed; type --context domain=example.com`);
  if (key === 'stage' || key === 'from')
    throw new BadInput(`--context ${pair} is not possible: stages are arguments; type npx stagecraft diff 3 4`);
  return { ...before, [key]: value.join('=') };
}

/** What a stage needs that nobody has said: values for an example, and the line that says so. */
export interface Example {
  readonly context: Readonly<Record<string, string>>;
  readonly note?: string;
}

/** Documented values by which stage 6 can be looked at before a domain is bought. */
const EXAMPLE: Readonly<Record<string, string>> = {
  domain: 'example.com',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  regions: 'us-east-1,eu-west-1',
};

/**
 * Fills in what the last stage can't do without.
 * @param context what was said, on the command line or in cdk.json.
 */
export function exampleFor(isGlobal: boolean, context: Readonly<Record<string, unknown>>): Example {
  const isMissing = (key: string): boolean => context[key] === undefined;
  const missing = [
    ...(isMissing('domain') && isMissing('hostedZoneId') ? ['domain', 'hostedZoneId'] : []),
    ...(isMissing('regions') ? ['regions'] : []),
  ];
  if (!isGlobal || missing.length === 0) return { context: {} };
  const filled = Object.fromEntries(missing.map((key) => [key, EXAMPLE[key]]));
  const said = Object.entries(filled).map(([key, value]) => `${key}=${value}`);
  return { context: filled, note: `With example values, because none were given: ${said.join(' ')}. Give yours with --context.` };
}
