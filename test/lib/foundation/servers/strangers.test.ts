import type { Socket } from 'node:net';
import fc from 'fast-check';
import { eventually } from '../../../../tools/servers/processes';
import { apt, describeNeeding } from '../../../support/needs';
import { describeWithServers } from '../../../support/servers';
import { Guarded, heard } from './guarded';

const [FLOOD, OTHER] = ['127.0.0.2', '127.0.0.3'];
const HOLD = 'GET /hold HTTP/1.1\r\nHost: a\r\n\r\n';
const post = (length: number, more = ''): string => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n${more}\r\n`;

/** Connections of one address that each say something, and statuses that came so far. */
async function crowd(guarded: Guarded, address: string, count: number, words: string): Promise<{ sockets: Socket[]; statuses: string[] }> {
  const statuses: string[] = [];
  const sockets: Socket[] = [];
  for (let at = 0; at < count; at += 250) {
    const some = await Promise.all(Array.from({ length: Math.min(250, count - at) }, async () => guarded.from(address)));
    for (const socket of some) {
      socket.on('data', (data) => statuses.push(data.toString('latin1').slice(9, 12)));
      if (words !== '') socket.write(words);
    }
    sockets.push(...some);
  }
  return { sockets, statuses };
}

describeNeeding([apt('python3')], 'the proxy of a server', () => {
  describeWithServers(['nginx'], 'an application of one’s own, and strangers who mean harm', (servers) => {
    let guarded: Guarded;
    beforeAll(async () => {
      guarded = await Guarded.start(servers, 'usual');
    });
    const unharmed = async (by = guarded): Promise<void> => {
      expect([await by.status(OTHER), await by.status(OTHER, '/healthz'), await by.status(OTHER, '/readyz')]).toEqual([200, 200, 200]);
    };

    test('500 slow bodies of one client hold the places of 200, and nobody else waits', async () => {
      const { sockets, statuses } = await crowd(guarded, FLOOD, 500, `${post(1_000)}x`);
      await eventually(() => statuses.length >= 300, 60_000);
      await unharmed();
      expect(statuses).toEqual(Array(300).fill('429'));
      // What the other client asked, and its probe: no body reaches the application before it is whole.
      expect(guarded.reached).toEqual(['/', '/']);
      for (const socket of sockets) socket.destroy();
      await eventually(async () => {
        expect(await guarded.status(FLOOD)).toBe(200);
      }, 60_000);
    }, 180_000);

    test('5,000 idle and half-open connections of one client take little memory, are ended, and nobody else waits', async () => {
      const before = guarded.memory();
      const idle = await crowd(guarded, FLOOD, 2_500, '');
      const half = await crowd(guarded, FLOOD, 2_500, 'GET / HTTP/1.1\r\nHost: a\r\nX: ');
      const during = guarded.memory();
      await unharmed();
      console.info(`5,000 idle connections: nginx ${before} → ${during} MB`);
      expect(during - before).toBeLessThan(100);
      const all = [...idle.sockets, ...half.sockets];
      await eventually(() => all.every((socket) => socket.closed), 120_000);
    }, 240_000);

    test('what is no HTTP is refused before it reaches the application, and ends no process', async () => {
      const workers = guarded.workers();
      guarded.reached.length = 0;
      const raw = [
        'GET /bad HTTP/9.9\r\n\r\n',
        'GET /bad\0 HTTP/1.1\r\nHost: a\r\n\r\n',
        'G\x01T /bad HTTP/1.1\r\nHost: a\r\n\r\n',
        'GET /bad HTTP/1.1\r\n\r\n',
        'GET /bad HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
        'POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        'POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
        'POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde',
        'POST /bad HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
        'POST /bad HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n',
        `GET /bad HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
        `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
        `POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: ${65 * 1024 * 1024}\r\n\r\n`,
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      ];
      const noise = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), { numRuns: 1_000, seed: 11 });
      const statuses = new Map<string, number>();
      for (const words of [...raw, ...noise.map((text) => `${text}\r\n\r\n`)]) {
        const socket = await guarded.from(OTHER);
        socket.end(Buffer.from(words, 'latin1'));
        const status = /^HTTP\/1.1 (\d+)/.exec(await heard(socket))?.[1] ?? 'ended';
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      console.info(`${raw.length + noise.length} that are no HTTP: ${[...statuses].map((pair) => pair.join(' × ')).join(', ')}`);
      expect([...statuses.keys()].filter((status) => !/^4|^505$|^501$|^ended$/.test(status))).toEqual([]);
      expect(guarded.reached).toEqual([]);
      expect(guarded.workers()).toEqual(workers);
      await unharmed();
    }, 240_000);

    test('who asks all the time is refused; another client is not', async () => {
      const slow = await Guarded.start(servers, 'rate', { requestsPerSecond: 1 });
      const asked = await Promise.all(Array.from({ length: 100 }, async () => slow.status(FLOOD)));
      const taken = asked.filter((status) => status === 200).length;
      expect(asked.filter((status) => status === 429)).toHaveLength(100 - taken);
      expect(taken).toBeGreaterThanOrEqual(11);
      expect(taken).toBeLessThan(80);
      await unharmed(slow);
    }, 60_000);

    test('all clients together have a bound, and probes none of it', async () => {
      const small = await Guarded.start(servers, 'total', { requestsAtOnce: 10 });
      const held = await Promise.all([11, 12, 13, 14, 15].map(async (last) => crowd(small, `127.0.0.${last}`, 2, HOLD)));
      await eventually(() => {
        expect(small.reached.filter((path) => path === '/hold')).toHaveLength(10);
      });
      expect([await small.status(OTHER), await small.status(OTHER, '/healthz'), await small.status(OTHER, '/readyz')]).toEqual([
        429, 200, 200,
      ]);
      small.release();
      await eventually(async () => {
        expect(await small.status(OTHER)).toBe(200);
      });
      expect(held.flatMap(({ statuses }) => statuses)).toEqual(Array(10).fill('200'));
    }, 60_000);

    test('0 lets everything through', async () => {
      const open = await Guarded.start(servers, 'open', { requestsPerSecond: 0, requestsPerClient: 0, requestsAtOnce: 0 });
      await crowd(open, FLOOD, 600, HOLD);
      await eventually(() => {
        expect(open.reached.filter((path) => path === '/hold')).toHaveLength(600);
      });
    }, 60_000);

    test('behind a CDN a client is who the CDN says, half of an IPv6 address; who goes around it is one peer, whatever it says', async () => {
      const behind = await Guarded.start(servers, 'cdn', { requestsPerClient: 1, requestsAtOnce: 8 }, true);
      const hold = async (viewer: string): Promise<void> => {
        const socket = await behind.from(FLOOD);
        socket.write(`GET /hold HTTP/1.1\r\nHost: a\r\nCloudFront-Viewer-Address: ${viewer}\r\n\r\n`);
      };
      const status = async (viewer: string, peer = FLOOD): Promise<number> =>
        behind.status(peer, '/', { 'CloudFront-Viewer-Address': viewer });
      const heldSoFar = async (count: number): Promise<unknown> =>
        eventually(() => {
          expect(behind.reached.filter((path) => path === '/hold')).toHaveLength(count);
        });
      await hold('198.51.100.1:4000');
      await hold('2001:db8:0:7:1:2:3:4:4000');
      await heldSoFar(2);
      expect(await status('198.51.100.1:5000')).toBe(429);
      expect(await status('198.51.100.2:5000')).toBe(200);
      expect(await status('2001:db8:0:7:ffff:2:3:5:5000')).toBe(429);
      expect(await status('2001:db8:0:8:1:2:3:4:5000')).toBe(200);
      await hold('198.51.100.3:1');
      await hold('198.51.100.4:1');
      await heldSoFar(4);
      expect(await status('198.51.100.5:1')).toBe(429);
      expect(await status('127.0.0.1:1')).toBe(429);
      expect(await status('198.51.100.5:1', OTHER)).toBe(200);
    }, 60_000);

    test('large bodies wait on the disk, four of the largest at once and one of a client, and small ones go on', async () => {
      const large = await Guarded.start(servers, 'large', { largestRequest: 1_000 });
      const begun = async (address: string, words: string): Promise<{ sockets: Socket[]; statuses: string[] }> =>
        crowd(large, address, 1, words + 'x'.repeat(100_000));
      for (const address of ['127.0.0.21', '127.0.0.22', '127.0.0.23', '127.0.0.24']) await begun(address, post(900 * 1024 * 1024));
      await eventually(() => {
        expect(large.spooled()).toBe(4);
      });
      const refused = await begun('127.0.0.25', post(900 * 1024 * 1024));
      const chunked = await begun('127.0.0.26', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n');
      await eventually(() => {
        expect([...refused.statuses, ...chunked.statuses]).toEqual(['429', '429']);
      });
      await unharmed(large);
    }, 60_000);
  });
});
