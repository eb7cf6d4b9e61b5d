import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { Browser } from './application';
import { type Single, startSingle } from './single';

/** Every attack in full in CI, a tenth of it otherwise. */
const SHARE = process.env.CI === 'true' ? 1 : 0.1;
const times = (count: number): number => Math.round(count * SHARE);
const stranger = (index: number): string => `203.0.${Math.floor(index / 250) % 250}.${1 + (index % 250)}`;

const MALFORMED = [
  'GET / HTTP/9.9\r\n\r\n',
  'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n',
  'G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\x00\r\n\r\n',
  'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
  'GET / HTTP/1.1\nHost: a\n\n',
  'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde',
  'POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  'POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
  `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
];

describeWithServers(['postgres', 'moto'], 'strangers who mean harm', (servers) => {
  let single: Single;
  let port: number;

  beforeAll(async () => {
    single = await startSingle(servers);
    port = Number(new URL(single.application.url).port);
  });

  /** Nothing broke: it answers a page at once, and no line of the log is an error or a stack. */
  const unharmed = async (): Promise<void> => {
    expect((await new Browser(single.application.url).get('/users')).status).toBe(200);
    expect(single.application.noise).toEqual([]);
    expect(single.application.log.filter(({ level }) => level === 'error')).toEqual([]);
  };

  const open = async (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve(socket);
      });
      socket.once('error', reject);
      socket.on('error', () => undefined);
    });

  test('10,000 fuzzed requests are answered without an error of ours, in bounded memory', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('../', '%00', '%2e%2e', '\u202e', '9'.repeat(30), "' OR 1=1 --", '{{7*7}}', '<svg/onload=1>'),
    );
    const request = fc.record({
      path: fc.oneof(
        fc.constantFrom(
          '/',
          '/users',
          '/orders',
          '/products',
          '/reports',
          '/me',
          '/login',
          '/logout',
          '/uploads',
          '/readyz',
          '/architecture',
        ),
        fc
          .tuple(fc.constantFrom('/users/', '/uploads/', '/static/', '/reports/', '/'), text)
          .map(([head, tail]) => head + encodeURIComponent(tail)),
      ),
      query: fc.dictionary(fc.constantFrom('before', 'x', '__proto__'), text, { maxKeys: 2 }),
      method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'),
      type: fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'image/png', 'text/xml', ''),
      body: fc.oneof(text, fc.json({ maxDepth: 3 }), fc.constantFrom('['.repeat(8_000), '{"name":'.repeat(1_000), 'name=%ff&name=%')),
      cookie: fc.oneof(
        fc.constant('wrote=1'),
        text.map((value) => `session=${encodeURIComponent(value)}`),
      ),
    });
    const before = single.application.memory();
    const statuses = new Map<number, number>();
    const samples = fc.sample(request, { numRuns: times(10_000), seed: 11 });
    for (let at = 0; at < samples.length; at += 50) {
      await Promise.all(
        samples.slice(at, at + 50).map(async ({ path, query, method, type, body, cookie }, index) => {
          const response = await fetch(`${single.application.url}${path}?${new URLSearchParams(query).toString()}`, {
            method,
            redirect: 'manual',
            headers: { 'x-forwarded-for': stranger(at + index), cookie, ...(type && { 'content-type': type }) },
            ...(method !== 'GET' && method !== 'HEAD' && { body }),
          });
          const answer = await response.text();
          if (response.headers.get('content-type') === 'application/json' && method !== 'HEAD') JSON.parse(answer);
          expect(answer).not.toMatch(/ at .*\.(?:js|ts):\d/);
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        }),
      );
    }
    const after = single.application.memory();
    console.info(
      `${samples.length} fuzzed: ${[...statuses]
        .sort()
        .map((pair) => pair.join('×'))
        .join(' ')}; memory ${before} → ${after} MB`,
    );
    // 503 and 507 are refusals by a bound, and nothing else is.
    expect([...statuses.keys()].filter((status) => status >= 500 && status !== 503 && status !== 507)).toEqual([]);
    expect(after - before).toBeLessThan(150);
    await unharmed();
  });

  test('500 slow pictures of 5 MB take the memory of sixteen, and others are served meanwhile', async () => {
    const before = single.application.memory();
    const sockets = await Promise.all(Array.from({ length: times(500) }, open));
    const part = Buffer.alloc(1024 * 1024, 1);
    // Who is refused while it still sends may see its connection end before the answer.
    const refused = new Set<Socket>();
    sockets.forEach((socket, index) => {
      socket.on('data', (data) => {
        if (/^HTTP\/1.1 (?:429|503)/.test(data.toString('latin1'))) refused.add(socket);
      });
      socket.on('close', () => refused.add(socket));
      socket.write(
        `POST /uploads HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${stranger(index)}\r\nContent-Type: image/png\r\nContent-Length: ${5 * 1024 * 1024 - 1}\r\n\r\n`,
      );
      for (let count = 0; count < 4; count += 1) socket.write(part);
    });
    await eventually(() => refused.size >= sockets.length - 60, 45_000);
    const during = single.application.memory();
    const start = performance.now();
    await unharmed();
    const ms = Math.round(performance.now() - start);
    console.info(`${sockets.length} slow pictures: ${refused.size} refused; memory ${before} → ${during} MB; a page took ${ms} ms`);
    expect(during - before).toBeLessThan(300);
    for (const socket of sockets) socket.destroy();
  });

  test('a request that never ends is ended, soon after its limit', async () => {
    const start = performance.now();
    const socket = await open();
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.resume().write('GET / HTTP/1.1\r\nHost: a\r\n');
    await ended;
    expect(performance.now() - start).toBeLessThan(14_000);
  });

  test('5,000 idle connections cost little, and others are served meanwhile', async () => {
    const before = single.application.memory();
    const sockets: Socket[] = [];
    for (let count = 0; count < times(5_000); count += 250)
      sockets.push(...(await Promise.all(Array.from({ length: Math.min(250, times(5_000) - count) }, open))));
    const during = single.application.memory();
    const start = performance.now();
    await unharmed();
    console.info(`${sockets.length} idle: memory ${before} → ${during} MB; a page took ${Math.round(performance.now() - start)} ms`);
    expect(during - before).toBeLessThan(100);
    for (const socket of sockets) socket.destroy();
  });

  test.each(MALFORMED.map((raw, index) => [index, raw] as const))('malformed HTTP %i is refused', async (_, raw) => {
    const socket = await open();
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.once('close', () => {
        resolve(text);
      });
      socket.end(raw, 'latin1');
    });
    expect(answer).toMatch(/^(?:$|HTTP\/1\.1 4\d\d )/);
    await unharmed();
  });

  test('one stranger can sign in ten times, send ten pictures, and gets 429 then; another one isn’t touched', async () => {
    const statuses = async (
      path: string,
      init: { readonly body: URLSearchParams | Uint8Array<ArrayBuffer>; readonly type?: string },
      address: string,
    ): Promise<number[]> =>
      Promise.all(
        Array.from({ length: 14 }, async () => {
          const headers = {
            origin: single.application.url,
            'x-forwarded-for': address,
            ...(init.type !== undefined && { 'content-type': init.type }),
          };
          return (await fetch(single.application.url + path, { body: init.body, method: 'POST', redirect: 'manual', headers })).status;
        }),
      );
    const login = { body: new URLSearchParams({ name: 'Mallory' }) };
    expect((await statuses('/login', login, '198.51.100.1')).filter((status) => status === 303)).toHaveLength(10);
    expect((await statuses('/login', login, '198.51.100.1')).filter((status) => status === 429)).toHaveLength(14);
    expect((await statuses('/login', login, '198.51.100.2')).filter((status) => status === 303)).toHaveLength(10);
    const picture = { body: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]), type: 'image/png' };
    const sent = await statuses('/uploads', picture, '198.51.100.3');
    expect(sent.filter((status) => status === 201).length).toBeLessThanOrEqual(10);
  });

  test('strangers learn whether it is ready, and no address; the server itself learns how each part is', async () => {
    const ask = async (path: string, headers: Record<string, string>): Promise<string> =>
      (await fetch(single.application.url + path, { headers })).text();
    const far = { 'x-forwarded-for': '198.51.100.9' };
    expect(JSON.parse(await ask('/readyz', far))).toEqual({ ready: true });
    expect(JSON.parse(await ask('/readyz', {}))).toMatchObject({ ready: true, dependencies: expect.arrayContaining([]) as unknown });
    expect(await ask('/architecture', far)).not.toContain(single.postgres.endpoint);
    expect(await ask('/architecture', {})).toContain(single.postgres.endpoint);
  });
});
