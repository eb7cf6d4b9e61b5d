import { request } from 'node:http';
import { BadInput } from '../../../tools/shared/bad-input';
import { captionsOf } from '../../../tools/rehearse/captions';
import { askOf } from '../../../tools/rehearse/page/watch';
import { Site } from '../../../tools/rehearse/page/site';
import { Watch } from '../../../tools/rehearse/signs';
import { second, staged } from './numbers';

describe('the page answers to its own name, and does things for its own page alone', () => {
  let site: Site;
  let asked: unknown[];
  beforeAll(async () => {
    site = await Site.start(0, {
      hello: () => [['log', []]],
      ask: async (what) => {
        if (what === 'bad') throw new BadInput('this is not possible');
        await Promise.resolve();
        asked.push(what);
      },
    });
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => site.stop());

  const call = async (method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown) =>
    new Promise<{ status?: number; headers: object }>((resolve, reject) => {
      const one = request(site.url + path, { method, headers }, (response) => {
        resolve({ status: response.statusCode, headers: response.headers });
        response.destroy();
      });
      one.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  const json = { 'content-type': 'application/json' };
  const own = (): string => new URL(site.url).host;

  test.each(['/', '/page.css', '/page.js', '/events'])('%s is served to itself and to no other name', async (path) => {
    const seen = await call('GET', path, {});
    expect(seen.status).toBe(200);
    expect(Object.keys(seen.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    // A name of somebody else's that leads to this machine.
    expect((await call('GET', path, { host: 'other.example' })).status).toBe(403);
    // A page of somebody else's that takes it as a script or a picture.
    expect((await call('GET', path, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('its own page is obeyed', async () => {
    expect((await call('POST', '/do', { ...json, origin: site.url, 'sec-fetch-site': 'same-origin' }, { do: 'climb' })).status).toBe(204);
    expect(asked).toEqual([{ do: 'climb' }]);
    expect((await call('POST', '/do', { ...json, origin: site.url }, 'bad')).status).toBe(400);
  });

  test.each([
    ['another website', () => ({ ...json, origin: 'https://other.example' })],
    ['the website of the rehearsal itself', () => ({ ...json, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' })],
    ['another name of this machine', () => ({ ...json, origin: site.url, host: 'other.example' })],
    ['nobody who says who they are', () => json],
    ['a sandboxed frame', () => ({ ...json, origin: 'null' })],
  ])('%s is not', async (_, headers) => {
    expect((await call('POST', '/do', headers(), { do: 'climb' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  test('a form of another website can not pose as JSON', async () => {
    expect((await call('POST', '/do', { origin: site.url, 'content-type': 'text/plain' }, { do: 'climb' })).status).toBe(415);
  });

  test('it listens on this machine alone', () => {
    expect(own()).toMatch(/^127\.0\.0\.1:/);
  });
});

test.each([
  [{ do: 'users', value: 40 }, undefined],
  [{ do: 'users', value: -1 }, 'value -1 is not possible: allowed are 0 to 5000'],
  [{ do: 'skew', value: '1' }, 'value "1" is not possible: allowed are 0 to 3'],
  [{ do: 'break', part: 'Cache', fault: 'slow' }, undefined],
  [{ do: 'break', part: 'Cache', fault: 'constructor' }, '"break" is not possible here'],
  [{ do: 'predict', part: 'Cache', said: 101 }, 'said 101 is not possible: allowed are 0 to 100'],
  [null, 'undefined is not possible here'],
])('what the page asks for makes sense, or is refused: %j', (asked, line) => {
  if (line === undefined) expect(askOf(asked)).toEqual(asked);
  else expect(() => askOf(asked)).toThrow(line);
});

test.each([1, 2, 3, 4, 5])('at stage %i every part stands in a box, and the box says its numbers', (stage) => {
  const { plan, view } = staged({ stage });
  const parts = [plan.databases, plan.stores, plan.queues, plan.servers].flat();
  expect(parts.filter(({ id }) => !Object.hasOwn(view.boxes, id)).map(({ name }) => name)).toEqual([]);
  const { boxes, arrows } = captionsOf(view, second(plan));
  expect(parts.filter(({ id }) => (boxes[view.boxes[id]] ?? '') === '')).toEqual([]);
  for (const id of Object.keys(boxes)) expect(view.svg).toContain(`data-id="${id}"`);
  for (const { from, to } of arrows) expect(view.svg).toContain(`data-from="${from}" data-to="${to}"`);
});

test('boxes and arrows of stage 4 say what happens there', () => {
  const { plan, view } = staged({ stage: 4 });
  const { boxes, arrows } = captionsOf(view, second(plan));
  const titles = new Map(view.picture.things.map(({ id, title }) => [id, title]));
  expect(Object.fromEntries(Object.entries(boxes).map(([id, words]) => [titles.get(id), words]))).toEqual({
    Users: '20 people, 18 signed in · 100/s',
    CDN: '100/s · 60 % from its cache',
    'Load balancer': '40/s · 1 of 2 servers in',
    Fleet: 'CPU 50 % · 40/s · 1 of 2 in',
    Database: 'CPU 10 % · 12/s · 10 rows/s written',
    'Replica 1': 'CPU 10 % · 12/s · 0.2 s behind',
    'Replica 2': 'CPU 10 % · 12/s · 0.2 s behind',
    Cache: 'CPU 2 % · 100/s · 90 % hits · 7 keys',
    Sessions: 'CPU 2 % · 100/s · 7 keys',
  });
  const said = arrows.map(({ from, to, words }) => `${titles.get(from)} → ${titles.get(to)}: ${words}`);
  expect(said).toEqual(
    expect.arrayContaining([
      'Users → CDN: 100/s',
      'CDN → Load balancer: 40/s',
      'Fleet → Database: 12/s',
      'Database → Replica 1: 0.2 s behind',
    ]),
  );
});

describe('time to climb', () => {
  const look = (context: Readonly<Record<string, unknown>>, cpu: number, seconds: number) => {
    const { plan } = staged(context);
    const watch = new Watch(plan.stack);
    const { parts } = second(plan);
    const busy = parts.map((part) => (part.rate === undefined ? part : { ...part, cpu }));
    let said = watch.look(busy);
    for (let n = 1; n < seconds; n++) said = watch.look(busy);
    return said;
  };

  test('signs and thresholds are those of the alarms in the template', () => {
    expect(look({ stage: 4 }, 0.1, 1)).toMatchObject({
      signs: [
        { title: 'CPU of the primary (%)', threshold: 90, value: 10 },
        { title: 'Write to disk, p90 (s)', threshold: 0.02 },
        { title: 'Replicas behind (s)', threshold: 300, value: 0.2 },
      ],
      next: 'Databases by function, users over shards, and a queue for work that can wait. First try a larger database instance.',
      verdict: 'no',
    });
  });

  test('a burst is no sign; twenty seconds are', () => {
    expect(look({ stage: 4 }, 0.95, 19).verdict).toBe('no');
    expect(look({ stage: 4 }, 0.95, 20).verdict).toBe('time');
  });

  test('where two signs must show together, and one can not be seen here, that is said', () => {
    expect(look({ stage: 1 }, 0.95, 20).verdict).toBe('seen');
    expect(look({ stage: 1 }, 0.1, 20).verdict).toBe('no');
  });

  test('reads and CPU of the one database count together', () => {
    const { signs, verdict } = look({ stage: 2 }, 0.95, 20);
    expect(signs.find(({ title }) => title.startsWith('Share of reads'))?.value).toBe(90);
    expect(verdict).toBe('time');
  });
});
