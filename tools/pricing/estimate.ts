import { type StackTemplate, pathOf } from '../shared/template';
import { BY_USE, FREE } from './free';
import { METERS } from './meters';
import { roleOf } from './meters/storage';
import { type Charge, isCalled, type Item, Plan, textAt } from './plan';
import { type Price, PriceBook, costOf } from './price-book';
import { type Usage, scaled } from './usage';

/** One line of the bill, in US dollars a month. */
export interface Line {
  readonly stack: string;
  readonly region: string;
  /** Part of the bill: `NAT gateways`. */
  readonly service: string;
  readonly path: string;
  readonly type: string;
  readonly what: string;
  readonly part: 'fixed' | 'usage';
  /** Key in the price book. */
  readonly price: string;
  readonly unit: string;
  readonly quantity: number;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  /** Twice the usage, and everything that scales at its limit all month: the most that the templates allow. */
  readonly limit: number;
  /** Whether a document confirms the price. */
  readonly confirmed: boolean;
}

/** What the estimate leaves out: never counted as zero. */
export interface NotEstimated {
  readonly type: string;
  readonly count: number;
  readonly why: string;
  /** Paths of the first few. */
  readonly paths: readonly string[];
}

/** Four sums in US dollars a month. */
export interface Range {
  /** Half of the usage. */
  readonly low: number;
  readonly expected: number;
  /** Twice the usage. */
  readonly high: number;
  readonly limit: number;
}

/** What a deployment costs in a month. */
export interface Estimate extends Range {
  readonly lines: readonly Line[];
  /** What is paid without any user. */
  readonly fixed: number;
  /** What the expected usage adds. */
  readonly usage: number;
  readonly notEstimated: readonly NotEstimated[];
  /** Regions that were priced. */
  readonly regions: readonly string[];
}

/** Choices that no template shows. */
export interface Purchase {
  /** Whether what is always there is reserved for a year, nothing paid upfront. */
  readonly reserved: boolean;
}

const ON_DEMAND: Purchase = { reserved: false };
/** What half of the usage and twice of it are. */
const BAND = { low: 0.5, high: 2 };
/** Prices that can be reserved, by the beginning of their key. */
const RESERVABLE = ['ec2', 'rds', 'valkey'];
/** Hours of machines among them, not their disks. */
const STORAGE = ['rds:gp3', 'rds:backup', 'valkey:backup'];
const SHOWN_PATHS = 3;
/** The configuration of the agent is a free parameter; what it makes servers send is not. */
const TRACES = 'traces that servers send to X-Ray: $5 a million recorded';

/** Prices a deployment. Templates, usage and the committed price book decide it; nothing is asked of AWS. */
export function estimate(stacks: readonly StackTemplate[], usage: Usage, purchase = ON_DEMAND): Estimate {
  const plan = new Plan(stacks);
  const months = [
    { usage: scaled(usage, BAND.low), atLimit: false },
    { usage, atLimit: false },
    { usage: scaled(usage, BAND.high), atLimit: false },
    { usage: scaled(usage, BAND.high), atLimit: true },
  ].map((month) => ({ plan, ...month }));
  const lines: Line[] = [];
  const left = new Map<string, { type: string; why: string; items: Item[] }>();
  const leave = (type: string, why: string, item: Item): void => {
    const known = left.get(type + why);
    if (known) known.items.push(item);
    else left.set(type + why, { type, why, items: [item] });
  };
  for (const item of plan.items) {
    const { Type: type } = item.resource;
    if (PriceBook.of(item.region) === undefined) {
      leave('everything', `there is no price book of ${item.region}`, item);
      continue;
    }
    const why = reasonToLeave(item);
    if (why !== undefined) leave(type, why, item);
    if (!Object.hasOwn(METERS, type)) continue;
    const { service, meter } = METERS[type];
    const [low, expected, high, limit] = months.map((month) => meter(item, month));
    expected.forEach((charge, index) => {
      const price = priceOf(charge, item.region, purchase);
      if (price === undefined) {
        leave(type, `no price for ${charge.price} in ${item.region}`, item);
        return;
      }
      const cost = ({ quantity }: Charge): number => costOf(price, quantity) * price.factor;
      lines.push({
        ...{ stack: item.stack.name, region: item.region, service, path: pathOf(item.id, item.resource), type },
        ...{
          what: charge.what,
          part: charge.part,
          price: charge.price,
          unit: price.unit,
          quantity: charge.quantity,
          confirmed: price.confirmed,
        },
        ...{ low: cost(low[index]), expected: cost(charge), high: cost(high[index]), limit: cost(limit[index]) },
      });
    });
  }
  return {
    lines,
    ...rangeOf(lines),
    fixed: rangeOf(lines.filter(({ part }) => part === 'fixed')).expected,
    usage: rangeOf(lines.filter(({ part }) => part === 'usage')).expected,
    notEstimated: [...left.values()].map(({ type, why, items }) => ({
      ...{ type, why, count: items.length },
      paths: items.slice(0, SHOWN_PATHS).map((item) => pathOf(item.id, item.resource)),
    })),
    regions: [...new Set(plan.items.map(({ region }) => region))],
  };
}

/** The sums of some lines. */
export function rangeOf(lines: readonly Line[]): Range {
  const sum = (of: keyof Range): number => lines.reduce((total, line) => total + line[of], 0);
  return { low: sum('low'), expected: sum('expected'), high: sum('high'), limit: sum('limit') };
}

function reasonToLeave(item: Item): string | undefined {
  const { Type: type } = item.resource;
  if (FREE.has(type)) return undefined;
  if (!Object.hasOwn(METERS, type)) return Object.hasOwn(BY_USE, type) ? BY_USE[type] : 'unknown type';
  const isUnknown = type === 'AWS::DynamoDB::GlobalTable' && !isCalled('SessionTable', item);
  if (isUnknown || (type === 'AWS::S3::Bucket' && roleOf(item) === undefined)) return 'what is in it is not known';
  if (type === 'AWS::SSM::Parameter' && textAt(item, 'Value').includes('"traces_collected"')) return TRACES;
  return undefined;
}

function priceOf(
  { price: key, part, times }: Charge,
  region: string,
  { reserved }: Purchase,
): (Price & { readonly factor: number }) | undefined {
  const book = PriceBook.of(region);
  const price = book?.price(key);
  const share = times === undefined ? undefined : book?.price(times);
  if (price === undefined || (times !== undefined && share === undefined)) return undefined;
  const family = key.split(':')[0];
  const canReserve =
    reserved && part === 'fixed' && times === undefined && RESERVABLE.includes(family) && !STORAGE.some((one) => key.startsWith(one));
  const discount = canReserve ? book?.price(`reserved:${family}`) : undefined;
  return {
    ...price,
    factor: (share?.usd ?? 1) * (1 - (discount?.usd ?? 0)),
    confirmed: price.confirmed && (share?.confirmed ?? true) && (discount?.confirmed ?? true),
  };
}
