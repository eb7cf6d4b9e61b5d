import { mkdtempSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bound, Bounds } from '../../workload/http/bounds';
import { clientOf } from '../../workload/http/client-address';
import { DiskUploads } from '../../workload/uploads/disk-uploads';

const from = (remoteAddress: string, forwarded?: string): Pick<IncomingMessage, 'headers' | 'socket'> => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }),
});

test.each([
  ['the single server', from('203.0.113.7'), false, '203.0.113.7'],
  ['the single server, and a header that was made up', from('203.0.113.7', '198.51.100.1'), false, '203.0.113.7'],
  ['a proxy on the server', from('::ffff:127.0.0.1', '198.51.100.1, 203.0.113.7'), false, '203.0.113.7'],
  ['a load balancer', from('10.0.3.4', '198.51.100.1, 203.0.113.7'), false, '203.0.113.7'],
  ['a CDN', from('130.176.0.1', '198.51.100.1,203.0.113.7'), true, '203.0.113.7'],
  ['a CDN and a load balancer', from('10.0.3.4', '198.51.100.1, 203.0.113.7, 130.176.0.1'), true, '203.0.113.7'],
  ['a CDN, a load balancer and a proxy', from('127.0.0.1', 'x, 203.0.113.7, 130.176.0.1, 10.0.3.4'), true, '203.0.113.7'],
  ['IPv6', from('2001:db8:1:2:3:4:5:6'), false, '2001:db8:1:2'],
  ['the VPC', from('10.0.3.4'), false, '10.0.3.4'],
  ['the server itself', from('127.0.0.1'), false, undefined],
  ['the server itself, by its proxy', from('::1', '127.0.0.1'), false, undefined],
])('who asks, behind %s', (_, request, behindCdn, client) => {
  expect(clientOf(request, behindCdn)).toBe(client);
});

test('a client may do so much at once and then so much a second; another one isn’t touched, and who is on the server is not bounded', () => {
  let now = 0;
  const bounds = new Bounds(() => now);
  const taken = (client: string | undefined): number => {
    let count = 0;
    while (count < 1_000 && bounds.allows(Bound.SIGN_IN, client)) count += 1;
    return count;
  };
  expect([taken('a'), taken('a'), taken('b'), taken(undefined)]).toEqual([10, 0, 10, 1_000]);
  now = 30_000;
  expect([taken('a'), taken('c')]).toEqual([3, 10]);
  expect(() => {
    bounds.require(Bound.SIGN_IN, 'a');
  }).toThrow('too much at once');
});

test('all clients together have a bound, however many addresses one attacker has', () => {
  const bounds = new Bounds(() => 0);
  const allowed = Array.from({ length: 30_000 }, (_, index) => bounds.allows(Bound.UPLOAD, `client ${index}`)).filter(Boolean);
  expect(allowed).toHaveLength(60);
});

test('sixteen pictures are in memory at once, four of one client, and a place is given back', () => {
  const bounds = new Bounds();
  const places = [1, 2, 3, 4].map(() => bounds.uploadPlace('a'));
  expect(() => bounds.uploadPlace('a')).toThrow('Too many pictures');
  for (let client = 0; client < 12; client += 1) bounds.uploadPlace(`client ${client}`);
  expect(() => bounds.uploadPlace('b')).toThrow('Too many pictures');
  places[0]();
  bounds.uploadPlace('b');
});

test('pictures leave a share of the disk free, whatever else is on it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'uploads-'));
  await expect(new DiskUploads(directory, 1).put('a.png', 'image/png', Buffer.from('x'))).rejects.toThrow('no room');
  await new DiskUploads(directory, 0).put('a.png', 'image/png', Buffer.from('x'));
});
