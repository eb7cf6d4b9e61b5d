import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dollars } from '../../tools/shared/money';
import { estimate } from '../../tools/pricing/estimate';
import { usageOf } from '../../tools/pricing/usage';
import { stacksOf } from '../tools/pricing/stacks';

const PAGE = readFileSync(join(__dirname, '../../docs/million-users.md'), 'utf8');

/** Parts of the bill in each line of the table, which are those of the text that it is held against. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  'servers and workers': ['Servers'],
  databases: ['Databases'],
  Redis: ['Caches and sessions'],
  'objects, 10 TB': ['Object storage'],
  'out, 5 TB, and CDN': ['CDN'],
  'DNS, errors, logs': ['DNS', 'Observability'],
  balancer: ['Load balancer'],
  'NAT gateways': ['NAT gateways', 'Addresses'],
  'network between zones': ['Network'],
  'keys, secrets, queue': ['Keys, secrets, settings', 'Queue'],
};

const ONE = { profile: 'start', database: 'instance', databaseClass: 'r6g.large', replicas: 0 };

test.each([
  ['production', {}],
  ['start', { profile: 'start' }],
  ['start, one database', { ...ONE, storage: 100 }],
])('the column %s is what cost says', (name, context) => {
  const column = ['production', 'start', 'start, one database'].indexOf(name) + 2;
  const cells = (line: string): string[] =>
    PAGE.split('\n')
      .find((row) => row.startsWith(`| ${line} `))!
      .split('|')
      .slice(1);
  const { lines, expected } = estimate(stacksOf(5, context), usageOf(5));
  for (const [line, services] of Object.entries(LINES)) {
    const sum = lines.filter(({ service }) => services.includes(service)).reduce((all, one) => all + one.expected, 0);
    expect([line, cells(line)[column].trim()]).toEqual([line, dollars(sum)]);
  }
  expect(cells('**a month**')[column].replace(/[ *]/g, '')).toBe(dollars(expected));
});

test('no part of the bill is in no line, and a standby costs what the page says', () => {
  const { lines, expected } = estimate(stacksOf(5, { ...ONE, storage: 200, standby: 'true' }), usageOf(5));
  expect(lines.map(({ service }) => service).filter((service) => !Object.values(LINES).flat().includes(service))).toEqual([]);
  expect(PAGE).toContain(`it is ${dollars(expected)}: still below $2,100`);
});
