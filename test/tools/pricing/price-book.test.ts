import { PriceBook, costOf } from '../../../tools/pricing/price-book';
import offers from '../../../tools/pricing/prices/offers.json';

const BOOKS = PriceBook.REGIONS.map((region) => [region, PriceBook.of(region)!] as const);

test.each(BOOKS)('each price of %s has a unit, a dated source, and says whether a document confirms it', (_, book) => {
  for (const key of book.keys) {
    const { unit, usd, source, confirmed } = book.price(key)!;
    expect([key, unit !== '', usd > 0]).toEqual([key, true, true]);
    expect([key, source.date]).toEqual([key, expect.stringMatching(/^20\d\d-\d\d-\d\d$/)]);
    expect([key, source.name.length > 10]).toEqual([key, true]);
    // What was found in a document has an address or names the document; what was not is never called confirmed.
    expect([key, confirmed && /no document|multiple/.test(source.name)]).toEqual([key, false]);
  }
});

test.each(BOOKS)('tiers of %s end with an open one and rise', (_, book) => {
  for (const { tiers } of book.keys.map((key) => book.price(key)!)) {
    if (tiers === undefined) continue;
    const ends = tiers.map(([upTo]) => upTo);
    expect(ends.at(-1)).toBeNull();
    expect(ends.slice(0, -1)).toEqual([...ends.slice(0, -1)].sort((a, b) => a! - b!));
  }
});

test('tiers are paid one after the other', () => {
  const price = { ...PriceBook.of('us-east-1')!.price('nat:gb')!, tiers: [[10, 3], [30, 2], [null, 1]] as const }; // prettier-ignore
  expect(costOf(price, 5)).toBe(15);
  expect(costOf(price, 10)).toBe(30);
  expect(costOf(price, 30)).toBe(70);
  expect(costOf(price, 100)).toBe(140);
  expect(costOf(price, 0)).toBe(0);
});

test('the script that refreshes knows every price but these', () => {
  const unknown = BOOKS[0][1].keys.filter((key) => !offers.some((offer) => new RegExp(`^${offer.key}$`).test(key)));
  expect(unknown.map((key) => key.split(':')[0]).filter((family, index, all) => all.indexOf(family) === index)).toEqual([
    ...['ec2-spot', 'transfer', 'valkey', 's3', 'dashboard', 'route53', 'parameter', 'reserved'],
  ]);
});
