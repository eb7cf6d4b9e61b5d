import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import euWest1 from '../../../tools/pricing/prices/eu-west-1.json';

const PRICING = join(__dirname, '../../../tools/pricing');

/** What the script makes of an offer file: it is an ECMAScript module, so it runs in a process of its own. */
function refreshed(service: string): typeof euWest1 & { readonly published: string } {
  const script = `
    import { createReadStream, readFileSync } from 'node:fs';
    import { createInterface } from 'node:readline';
    import { readOffer, wantedFrom, withPrices } from ${JSON.stringify(pathToFileURL(join(PRICING, 'refresh.mjs')))};
    const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
    const book = read(${JSON.stringify(join(PRICING, 'prices/eu-west-1.json'))});
    const wanted = wantedFrom(read(${JSON.stringify(join(PRICING, 'prices/offers.json'))}), Object.keys(book.prices), '${service}');
    const lines = createInterface({ input: createReadStream(${JSON.stringify(join(__dirname, 'fixtures', `${service}.csv`))}) });
    const { published, prices } = await readOffer(lines, wanted, ['EU-']);
    const source = { name: 'AWS Price List, ${service}', date: published, url: 'https://example.com' };
    console.log(JSON.stringify({ ...withPrices(book, prices, '${service}', source), published }));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

test('takes the price on demand of the very product, and says where and when it was published', () => {
  const { prices, sources, published } = refreshed('AmazonEC2');
  expect(published).toBe('2026-09-25');
  expect(prices['ec2:m7g.large']).toEqual({ usd: 0.095, unit: 'hour', source: 'AmazonEC2' });
  expect(prices['nat:hour']).toEqual({ usd: 0.05, unit: 'hour', source: 'AmazonEC2' });
  expect(sources).toHaveProperty('AmazonEC2', { name: 'AWS Price List, AmazonEC2', date: '2026-09-25', url: 'https://example.com' });
});

test('a price that the offer file does not have stays as it was, with its source', () => {
  const { prices, sources } = refreshed('AmazonEC2');
  expect(prices['ec2:t4g.medium']).toEqual(euWest1.prices['ec2:t4g.medium']);
  expect(sources.sky).toEqual(euWest1.sources.sky);
});

test('tiers come in order, a free beginning is no price, and requests are counted by the thousand', () => {
  const { prices } = refreshed('AmazonS3');
  expect(prices['s3:standard'].tiers).toEqual([
    [51200, 0.033],
    [512000, 0.032],
    [null, 0.031],
  ]);
  expect(prices['s3:put'].usd).toBe(0.006);
  expect(prices['s3:get'].usd).toBe(0.0005);
});
