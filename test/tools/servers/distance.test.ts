import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Distance } from '../../../tools/servers/distance';
import { eventually, freePort } from '../../../tools/servers/processes';

/** A server that says what it hears, and what it heard. */
async function echo(): Promise<{ port: number; heard: () => string; stop: () => void }> {
  let all = '';
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        all += String(bytes);
        socket.write(bytes);
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { port, heard: () => all, stop: () => void server.close() };
}

async function talk(port: number): Promise<{ socket: Socket; heard: () => string; isOver: () => boolean }> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  let [all, over] = ['', false];
  socket.on('data', (bytes) => (all += String(bytes))).on('close', () => (over = true));
  await once(socket, 'connect');
  return { socket, heard: () => all, isOver: () => over };
}

test('what is said arrives in its order, both ways, and so does the end', async () => {
  const { port, heard, stop } = await echo();
  const at = await freePort();
  const way = await Distance.open(at, () => port, 5);
  const one = await talk(at);
  const words = Array.from({ length: 200 }, (_, n) => `${n} `);
  for (const word of words) one.socket.write(word);
  await eventually(() => one.heard() === words.join(''));
  expect(heard()).toBe(words.join(''));
  one.socket.destroy();
  await way.stop();
  stop();
});

test('what is on the way when it is cut is lost; nobody talks until it is mended', async () => {
  const { port, heard, stop } = await echo();
  const at = await freePort();
  const way = await Distance.open(at, () => port, 20);
  const one = await talk(at);
  one.socket.write('first ');
  await eventually(() => one.heard() === 'first ');
  one.socket.write('second ');
  way.cut();
  await eventually(one.isOver);
  const refused = await talk(at);
  await eventually(refused.isOver);
  way.cut(false);
  const again = await talk(at);
  again.socket.write('third ');
  await eventually(() => again.heard() === 'third ');
  expect(heard()).toBe('first third ');
  again.socket.destroy();
  await way.stop();
  stop();
});
