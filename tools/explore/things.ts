import type { Estimate } from '../pricing/estimate';
import type { Entry } from '../picture/deployment';
import type { Thing } from '../picture/model';
import type { Json } from '../shared/template';
import { isRecord } from '../resolve/values';
import type { Detail, DrillPage } from './ladder';
import purposes from './purposes.json';
import type { Survey } from './survey';

/** Says more than it explains, or is said elsewhere. */
const LEFT_OUT = /^(Tags|.*Polic(y|ies).*|.*Document|UserData|.*Description|LoggingConfiguration|Content|LifecycleConfiguration)$/;
const MOST_PROPERTIES = 14;
const LONGEST = 90;

/** Resources of boxes as JSON, each once; in order, because what is alike then stands near each other, which packs better. */
export class Pool {
  public readonly texts: readonly string[];
  private readonly numbers: ReadonlyMap<string, number>;

  public constructor(surveys: readonly Survey[]) {
    const all = surveys.flatMap((survey) => [...survey.boxes.keys()].map((key) => jsonOf(survey, key)));
    this.texts = [...new Set(all)].sort();
    this.numbers = new Map(this.texts.map((text, index) => [text, index]));
  }

  /** Number of a resource, by its key. */
  public numberOf(survey: Survey, key: string): number {
    return this.numbers.get(jsonOf(survey, key)) ?? -1;
  }
}

/** A resource as its template has it. */
function jsonOf({ stacks }: Survey, key: string): string {
  const [stack, logicalId] = key.split('\n');
  const body = Object.entries(stacks.get(stack)?.template.Resources[logicalId] ?? {}).filter(([name]) => name !== 'Metadata');
  return JSON.stringify({ [logicalId]: Object.fromEntries(body) });
}

/** All that is said of the boxes of a picture. */
export function detailsOf(survey: Survey, priced: Estimate | undefined, drills: readonly DrillPage[], pool: Pool): Record<string, Detail> {
  const entries = new Map(survey.deployment.entries.map((entry) => [entry.key, entry]));
  const prices = new Map<string, number>();
  for (const { stack, path, expected } of priced?.lines ?? []) {
    const key = `${stack}\n${path}`;
    prices.set(key, (prices.get(key) ?? 0) + expected);
  }
  return Object.fromEntries(survey.picture.things.map((thing) => [thing.id, detailOf(thing)]));

  function detailOf(thing: Thing): Detail {
    const own = thing.resources.flatMap(({ stack, logicalId }) => entries.get(`${stack}\n${logicalId}`) ?? []);
    const [itself] = own as readonly (Entry | undefined)[];
    const sum = [...new Set(thing.resources.map(({ stack, path }) => `${stack}\n${path}`))].reduce(
      (total, key) => total + (prices.get(key) ?? 0),
      0,
    );
    return {
      ...{ title: thing.title, what: thing.what, size: thing.size, purpose: purposeOf(thing) },
      region: 'region' in thing.place ? thing.place.region : '',
      ...(thing.mark !== undefined && { mark: thing.mark }),
      properties: itself === undefined ? [] : propertiesOf(itself),
      alarms: own.filter(({ type }) => type === 'AWS::CloudWatch::Alarm').map(alarmOf),
      drills: drills.filter(({ things }) => things.includes(thing.id)).map(({ name }) => name),
      ...(sum > 0 && { price: sum }),
      parts: own.map(({ key, path, type }) => ({ path, type, json: pool.numberOf(survey, key) })),
    };
  }
}

/** What has gone is no longer in the templates: what was said of it before is said again. */
export function withGone(now: Readonly<Record<string, Detail>>, before: Readonly<Record<string, Detail>>): Record<string, Detail> {
  return Object.fromEntries(
    Object.entries(now).map(([id, detail]) =>
      detail.mark === 'gone' && Object.hasOwn(before, id) ? [id, { ...before[id], mark: 'gone', drills: [] }] : [id, detail],
    ),
  );
}

/** A sentence for a box, by its kind, and by its name where that says more. */
function purposeOf({ kind, title }: Thing): string {
  const known: Readonly<Partial<Record<string, string>>> = purposes;
  return known[`${kind} ${title.replace(/ \d+$/, '')}`] ?? known[kind] ?? '';
}

function alarmOf({ path, say, get }: Entry): Detail['alarms'][number] {
  const says = say(get('AlarmDescription')).replace(/\. Look first at:.*$/s, '');
  return { name: path.split('/').slice(1).join('/') || path, says };
}

/** Single values, those of the first level and of the one below it. */
function propertiesOf({ resource, say }: Entry): (readonly [string, string])[] {
  const flat = Object.entries(resource.Properties ?? {})
    .filter(([name]) => !LEFT_OUT.test(name))
    .flatMap(([name, value]): [string, Json][] =>
      isRecord(value) && !isFunction(value) ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one]) : [[name, value]],
    );
  return flat
    .filter(([name, value]) => !LEFT_OUT.test(name.split('.').at(-1) ?? '') && isSingle(value))
    .map(([name, value]) => [name, shortened(say(value))] as const)
    .filter(([, text]) => text !== '')
    .slice(0, MOST_PROPERTIES);
}

function isFunction(value: { readonly [name: string]: Json }): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'));
}

function isSingle(value: Json): boolean {
  if (Array.isArray(value))
    return value.length <= 3 && value.every((one: Json) => typeof one !== 'object' || (isRecord(one) && isFunction(one)));
  return !isRecord(value) || isFunction(value);
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
