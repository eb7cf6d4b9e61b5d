import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithServers } from '../support/servers';
import { Browser } from './application';
import { type Single, startSingle } from './single';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describeWithServers(['postgres', 'moto'], 'the application on a single server', (servers) => {
  let single: Single;

  beforeAll(async () => {
    single = await startSingle(servers);
  });

  const browser = (): Browser => new Browser(single.application.url);

  test('has a home page that is the same for everybody', async () => {
    const [known, stranger] = [browser(), browser()];
    await known.post('/login', { name: 'Ada' });
    const [first, second] = await Promise.all([known.get('/'), stranger.get('/')]);
    expect(first.headers.get('set-cookie')).toBeNull();
    expect(first.headers.get('cache-control')).toMatch(/public.*s-maxage=300/);
    expect(await first.text()).toBe(await second.text());
  });

  test('keeps users, and shows what they wrote as text', async () => {
    const visitor = browser();
    const path = await visitor.addUser('<script>alert(1)</script>', '"quoted" & \'more\'');
    const page = await visitor.read(path);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&quot;quoted&quot; &amp; &#39;more&#39;');
    expect((await visitor.post(path, { name: 'Grace', bio: 'Changed' })).status).toBe(303);
    expect(await browser().read(path)).toContain('<h1>Grace</h1>');
    expect(await visitor.read('/users')).toContain('Grace');
  });

  test('shows long lists page by page', async () => {
    const visitor = browser();
    await single.postgres.sql("INSERT INTO users (name, bio) SELECT 'Crowd ' || n, '' FROM generate_series(1, 45) AS n");
    const seen: string[] = [];
    for (let path: string | undefined = '/users'; path;) {
      const page = await visitor.read(path);
      seen.push(...[...page.matchAll(/<strong>(Crowd \d+)</g)].map(([, name]) => name));
      path = /href="(\/users\?before=\d+&amp;at=[\dTZ:-]+)"/.exec(page)?.[1]?.replace('&amp;', '&');
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, n) => `Crowd ${45 - n}`));
  });

  test.each([
    '/users/0',
    '/users/x',
    '/users/9223372036854775808',
    '/users/9223372036854775807',
    '/nothing',
    '/users/1/2',
    '/%',
    '/users/%00',
  ])('has nothing at %s', async (path) => {
    expect((await browser().get(path)).status).toBe(404);
  });

  test.each([
    [{ name: '', bio: '' }, 400],
    [{ name: 'x'.repeat(81), bio: '' }, 400],
    [{ name: 'x', bio: 'x'.repeat(501) }, 400],
    [{ name: 'x', bio: '', photo: 'https://example.com/x.png' }, 400],
    [{ name: 'x', bio: '', photo: '/uploads/../x.png' }, 400],
    [{ name: 'x', bio: 'x'.repeat(20_000) }, 413],
  ])('refuses the form %#', async (form, status) => {
    expect((await browser().post('/users', form)).status).toBe(status);
  });

  test.each([
    ['text/plain', 'name=Ada', 415],
    ['application/json', 'name=Ada', 400],
    ['application/json', '[]', 400],
    ['application/json', '{"name":{"first":"Ada"}}', 400],
    ['application/json', '{"name":"Ada"}', 303],
  ])('answers %s %s with %d', async (type, body, status) => {
    expect((await browser().send('/users', { method: 'POST', body, headers: { 'content-type': type } })).status).toBe(status);
  });

  test('makes a report while the visitor waits', async () => {
    const report = await browser().json('/reports', { days: 1, seconds: 1 });
    expect(report).toMatchObject({ status: 201, body: { state: 'done', days: 1, seconds: 1 } });
    expect((await browser().json(report.location ?? '')).body).toEqual(report.body);
    expect(await browser().read(report.location ?? '')).toContain('It is done.');
    expect((await browser().json('/reports', { seconds: 31 })).status).toBe(400);
  });

  test('says which methods are possible', async () => {
    const response = await browser().send('/users', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    const head = await browser().send('/users', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('refuses a form of another website: %j', async (headers) => {
    expect((await browser().post('/users', { name: 'Mallory' }, headers)).status).toBe(403);
  });

  test('signs visitors in and out', async () => {
    const visitor = browser();
    expect(await visitor.read('/me')).toContain('Who are you?');
    const https = { 'x-forwarded-proto': 'https' };
    const login = await visitor.post('/login', { name: 'Ada <b>' }, https);
    expect(login.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-session=[\w-]{22}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/),
    ]);
    expect(await (await visitor.get('/me', https)).text()).toContain('Hello, Ada &lt;b&gt;');
    // Over HTTPS a name counts that no neighbour can plant.
    const planted = browser();
    planted.cookies.set('session', visitor.cookies.get('__Host-session') ?? '');
    expect(await (await planted.get('/me', https)).text()).toContain('Who are you?');
    await visitor.post('/login', { name: 'Ada' });
    const before = visitor.cookies.get('session') ?? '';
    await visitor.post('/login', { name: 'Grace' });
    expect(visitor.cookies.get('session')).not.toBe(before);
    const thief = browser();
    thief.cookies.set('session', before);
    expect(await thief.read('/me')).toContain('Who are you?');
    const stolen = visitor.cookies.get('session') ?? '';
    await visitor.post('/logout', {});
    expect(visitor.cookies.has('session')).toBe(false);
    thief.cookies.set('session', stolen);
    expect(await thief.read('/me')).toContain('Who are you?');
  });

  test('keeps pictures on the disk', async () => {
    const visitor = browser();
    const response = await visitor.send('/uploads', { method: 'POST', body: PNG, headers: { 'content-type': 'image/png' } });
    expect(response.status).toBe(201);
    const { url } = (await response.json()) as { url: string };
    expect(readdirSync(single.uploads)).toContain(url.replace('/uploads/', ''));
    const picture = await visitor.get(url);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await picture.arrayBuffer()).equals(PNG)).toBe(true);
    const form = { name: 'With a face', bio: '', photo: url };
    expect(await visitor.read((await visitor.post('/users', form)).headers.get('location') ?? '')).toContain(`src="${url}"`);
  });

  test.each([
    ['image/svg+xml', PNG, 415],
    ['image/jpeg', PNG, 415],
    ['image/png', Buffer.from('<html>'), 415],
    ['image/png', Buffer.alloc(0), 415],
    ['image/png', Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024)]), 413],
  ])('refuses the upload %#: %s', async (type, body, status) => {
    const before = readdirSync(single.uploads);
    expect((await browser().send('/uploads', { method: 'POST', body, headers: { 'content-type': type } })).status).toBe(status);
    const endless = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(body);
        controller.close();
      },
    });
    const streamed: RequestInit & { duplex: 'half' } = { method: 'POST', body: endless, headers: { 'content-type': type }, duplex: 'half' };
    expect((await browser().send('/uploads', streamed)).status).toBe(status);
    expect(readdirSync(single.uploads)).toEqual(before);
  });

  test.each([
    '..%2fsecret.png',
    '../secret.png',
    '..%2f..%2fetc%2fpasswd',
    '..',
    '%2e%2e',
    `${'a'.repeat(32)}.png`,
    'secret.png',
    '..\\secret.png',
  ])('has no upload %s', async (name) => {
    writeFileSync(join(servers.directory, 'secret.png'), PNG);
    writeFileSync(join(single.uploads, 'secret.png'), PNG);
    expect(await single.application.statusOf(`/uploads/${name}`)).toBe(404);
  });

  test('serves static files for ever, and forgets missing ones', async () => {
    const visitor = browser();
    const page = await visitor.read('/');
    const paths = [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);
    expect(new Set(paths).size).toBe(3);
    for (const path of paths) {
      expect(path).toMatch(/\.[0-9a-f]{12}\.(css|js|svg)$/);
      expect((await visitor.get(path)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    for (const name of ['app.000000000000.css', '..%2fserver.js', 'server.js']) {
      const missing = await visitor.get(`/static/${name}`);
      expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store']);
    }
  });

  test('tells browsers to trust only this site', async () => {
    for (const path of ['/', '/users', '/nothing', '/healthz']) {
      const { headers } = await browser().get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    }
    const pages = await Promise.all(['/', '/users', '/architecture', '/me'].map(async (path) => browser().read(path)));
    for (const page of pages) expect(page).not.toMatch(/<script(?! src)|<style| style=| on\w+=/);
  });
});
