/**
 * Rewrites the price books from the public AWS Price List: `node tools/pricing/refresh.mjs`, with a network and without credentials.
 *
 * The index of a service names the newest version of its offer file for a region. The file is read as CSV, line by line: as JSON the one of EC2
 * is close to the longest string that Node can hold. A price that isn't found stays as it is and is named.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const HOST = 'https://pricing.us-east-1.amazonaws.com';
const PRICES = join(dirname(fileURLToPath(import.meta.url)), 'prices');

/** What usage types begin with in a region; CloudFront has places instead of regions. */
const PREFIXES = { 'us-east-1': ['', 'USE1-'], 'eu-west-1': ['EU-', 'EUW1-'] };
const PLACES = { 'us-east-1': ['US-'], 'eu-west-1': ['EU-'] };

/** Fields of a line of CSV; a quote inside quotes is doubled. */
export function fieldsOf(line) {
  const fields = [];
  for (const [, quoted, bare] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) fields.push(quoted?.replaceAll('""', '"') ?? bare);
  return fields;
}

/**
 * Reads an offer file.
 * @param lines its lines; those before the column names hold the publication date.
 * @param wanted `{ key, usage, where, times }` of each price, usage types without prefix.
 * @param prefixes what usage types begin with here.
 * @returns when it was published, and for each key that was found its tiers `[upTo or null, usd]`, in order.
 */
export async function readOffer(lines, wanted, prefixes) {
  let published = '';
  let columns;
  const byUsage = new Map();
  for (const one of wanted) {
    for (const prefix of prefixes)
      for (const usage of one.usage) byUsage.set(prefix + usage, [...(byUsage.get(prefix + usage) ?? []), one]);
  }
  const found = new Map();
  for await (const line of lines) {
    const fields = fieldsOf(line);
    if (columns === undefined) {
      if (fields[0] === 'Publication Date') published = fields[1].slice(0, 10);
      if (fields[0] === 'SKU') columns = new Map(fields.map((name, index) => [name, index]));
      continue;
    }
    const field = (name) => fields[columns.get(name)] ?? '';
    if (field('TermType') !== 'OnDemand' || field('Currency') !== 'USD') continue;
    for (const { key, where = {}, times = 1 } of byUsage.get(field('usageType')) ?? []) {
      if (!Object.entries(where).every(([name, value]) => field(name) === value)) continue;
      const end = field('EndingRange');
      const usd = Number((Number(field('PricePerUnit')) * times).toPrecision(10));
      found.set(key, [...(found.get(key) ?? []), { from: Number(field('StartingRange')), upTo: end === 'Inf' ? null : Number(end), usd }]);
    }
  }
  const inOrder = (rows) => rows.sort((a, b) => a.from - b.from).map(({ upTo, usd }) => [upTo, usd]);
  return { published, prices: new Map([...found].map(([key, rows]) => [key, inOrder(rows)])) };
}

/** The prices of a book that a service can tell: patterns of `offers.json` filled in with the keys of the book. */
export function wantedFrom(offers, keys, service) {
  return offers
    .filter((offer) => offer.service === service)
    .flatMap(({ key: pattern, usage, ...rest }) =>
      keys.flatMap((key) => {
        const match = new RegExp(`^${pattern}$`).exec(key);
        return match ? [{ ...rest, key, usage: usage.map((one) => one.replace('$1', match[1] ?? '')) }] : [];
      }),
    );
}

/** A book with prices replaced; free first units are no price, and a book that knows no tiers takes the first one. */
export function withPrices(book, prices, id, source) {
  const entries = Object.entries(book.prices).map(([key, entry]) => {
    const tiers = prices.get(key)?.filter(([, usd]) => usd > 0);
    if (tiers === undefined || tiers.length === 0) return [key, entry];
    const price = entry.tiers ? { tiers } : { usd: tiers[0][1] };
    return [key, { ...price, unit: entry.unit, source: id }];
  });
  const used = new Set(entries.map(([, entry]) => entry.source));
  const sources = Object.fromEntries(Object.entries({ ...book.sources, [id]: source }).filter(([one]) => used.has(one)));
  return { ...book, sources, prices: Object.fromEntries(entries) };
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

/** Address of the newest offer file of a service as CSV; global services have one file for all regions. */
async function offerUrl(service, region) {
  const response = await fetch(`${HOST}/offers/v1.0/aws/${service}/current/region_index.json`);
  const { regions = {} } = response.ok ? await response.json() : {};
  const path = regions[region]?.currentVersionUrl ?? `/offers/v1.0/aws/${service}/current/index.json`;
  return HOST + path.replace(/\.json$/, '.csv');
}

async function refresh(region, offers) {
  const file = join(PRICES, `${region}.json`);
  let book = JSON.parse(readFileSync(file, 'utf8'));
  for (const service of new Set(offers.map((offer) => offer.service))) {
    const wanted = wantedFrom(offers, Object.keys(book.prices), service);
    const url = await offerUrl(service, region);
    const { body } = await fetched(url);
    const prefixes = (service === 'AmazonCloudFront' ? PLACES : PREFIXES)[region];
    const { published, prices } = await readOffer(createInterface({ input: Readable.fromWeb(body) }), wanted, prefixes);
    book = withPrices(book, prices, service, { name: `AWS Price List, ${service}`, date: published, url });
    const missing = wanted.map(({ key }) => key).filter((key) => !prices.has(key));
    console.log(
      `${region} ${service} ${published}: ${prices.size} prices${missing.length > 0 ? `; not found: ${missing.join(', ')}` : ''}`,
    );
  }
  writeFileSync(file, `${JSON.stringify(book, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const offers = JSON.parse(readFileSync(join(PRICES, 'offers.json'), 'utf8'));
  for (const region of Object.keys(PREFIXES)) await refresh(region, offers);
  console.log('Now: npx prettier --write tools/pricing/prices, read the diff, npm run test:update.');
}
