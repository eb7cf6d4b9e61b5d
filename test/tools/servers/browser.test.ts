import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Browser } from '../../../tools/servers/browser';

test('a visitor keeps a cookie for as long as the server says, and no longer', async () => {
  let given = ['wrote=1; Max-Age=10', 'session=abc; HttpOnly'];
  const asked: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    asked.push(headers.cookie);
    response.setHeader('set-cookie', given).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let now = 0;
  try {
    const browser = new Browser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => now);
    await browser.get('/');
    given = [];
    await browser.get('/');
    now = 10_000;
    await browser.get('/');
    expect(asked).toEqual([undefined, 'wrote=1; session=abc', 'session=abc']);
  } finally {
    server.close();
  }
});
