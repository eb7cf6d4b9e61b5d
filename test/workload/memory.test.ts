import { Cache, type CopyStore } from '../../workload/cache/cache';
import { readEnvironment } from '../../workload/environment';
import { databaseCredentials } from '../../workload/secrets';
import { handOver } from '../../workload/sessions/local-sessions';
import { MemorySessions } from '../../workload/sessions/memory-sessions';
import { Settings } from '../../workload/settings';

describe('sessions in memory', () => {
  test('end after a week', async () => {
    let now = 0;
    const sessions = new MemorySessions(10, () => now);
    await sessions.put('a', { name: 'Ada' });
    now = 7 * 24 * 3_600_000 - 1;
    expect(await sessions.get('a')).toEqual({ name: 'Ada' });
    now += 1;
    expect(await sessions.get('a')).toBeUndefined();
  });

  test('are limited in number: whoever comes then can’t sign in, and nobody is signed out to make room', async () => {
    let now = 0;
    const sessions = new MemorySessions(2, () => now);
    for (const id of ['a', 'b']) await sessions.put(id, { name: id });
    await expect(sessions.put('c', { name: 'c' })).rejects.toThrow('it is full');
    expect(await Promise.all(['a', 'b', 'c'].map(async (id) => sessions.get(id)))).toEqual([{ name: 'a' }, { name: 'b' }, undefined]);
    now = 7 * 24 * 3_600_000;
    await sessions.put('c', { name: 'c' });
    expect(await sessions.get('c')).toEqual({ name: 'c' });
  });
});

describe('sessions in memory, when there is a store for them', () => {
  test('are handed over, but for those that ended; what the store refused is tried again', async () => {
    let now = 0;
    const sessions = new MemorySessions(10, () => now);
    await sessions.put('old', { name: 'Old' });
    now = 7 * 24 * 3_600_000;
    const kept = new Map<string, string>();
    let refuses = true;
    const store = Object.assign(new MemorySessions(), {
      put: async (id: string, { name }: { name: string }) =>
        refuses ? Promise.reject(new Error('away')) : Promise.resolve(void kept.set(id, name)),
    });
    await sessions.put('a', { name: 'Ada' });
    await expect(handOver(sessions, store)).rejects.toThrow('away');
    refuses = false;
    await handOver(sessions, store);
    expect([...kept]).toEqual([['a', 'Ada']]);
  });

  test('count where another process of this server still has them, until all have had their time', async () => {
    jest.useFakeTimers();
    const sessions = new MemorySessions();
    const store = new MemorySessions();
    await sessions.put('a', { name: 'Ada' });
    const both = await handOver(sessions, store);
    await sessions.put('b', { name: 'Bob' });
    expect([await both.get('a'), await both.get('b')]).toEqual([{ name: 'Ada' }, { name: 'Bob' }]);
    await both.delete('a');
    expect([await sessions.get('a'), await store.get('a')]).toEqual([undefined, undefined]);
    await sessions.put('c', { name: 'Cleo' });
    await handOver(sessions, store);
    jest.runAllTimers();
    jest.useRealTimers();
    expect(await sessions.all()).toEqual([]);
    expect(await store.get('c')).toEqual({ name: 'Cleo' });
  });
});

describe('the cache, without a server', () => {
  test('loads once for all who ask at the same time, and again for those who ask later', async () => {
    const cache = new Cache();
    const load = jest.fn(async () => Promise.resolve('value'));
    expect(await Promise.all(Array.from({ length: 10 }, async () => cache.read('key', load)))).toEqual(Array(10).fill('value'));
    expect(load).toHaveBeenCalledTimes(1);
    await cache.read('key', load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('lets nobody who asks after a write wait for what was loaded before it', async () => {
    const cache = new Cache();
    let finish: (value: string) => void = () => undefined;
    const early = cache.read('key', async () => new Promise<string>((resolve) => (finish = resolve)));
    await Promise.resolve();
    await cache.forget('key');
    expect(await cache.read('key', async () => Promise.resolve('new'))).toBe('new');
    finish('old');
    expect(await early).toBe('old');
  });

  test('passes a failure on, and tries again', async () => {
    const cache = new Cache();
    await expect(cache.read('key', async () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await cache.read('key', async () => Promise.resolve('up'))).toBe('up');
  });
});

/** A server that keeps copies, in memory and for ever. */
function copyStore(copies: Map<string, string>): CopyStore {
  return {
    endpoint: 'memory',
    get: async (key) => Promise.resolve(copies.get(key)),
    put: async (key, text) => {
      copies.set(key, text);
      return Promise.resolve();
    },
    putIfAbsent: async (key, text) => {
      if (!copies.has(key)) copies.set(key, text);
      return Promise.resolve();
    },
    check: async () => Promise.resolve(),
  };
}

describe('the cache, with a server', () => {
  test('lets a slow reader not bring back what it loaded before a write', async () => {
    const copies = new Map<string, string>();
    // Two web servers with one cache.
    const [here, there] = [new Cache(copyStore(copies)), new Cache(copyStore(copies))];
    let finish: (value: string) => void = () => undefined;
    const slow = here.read('key', async () => new Promise<string>((resolve) => (finish = resolve)));
    await new Promise(setImmediate);
    await there.forget('key');
    finish('old');
    expect(await slow).toBe('old');
    await new Promise(setImmediate);
    const load = jest.fn(async (fresh: boolean) => Promise.resolve(fresh ? 'new' : 'old'));
    expect(await here.read('key', load)).toBe('new');
    expect(await there.read('key', load)).toBe('new');
  });

  test('counts hits and misses', async () => {
    const cache = new Cache(copyStore(new Map()));
    for (let n = 0; n < 4; n += 1) await cache.read('key', async () => Promise.resolve('value'));
    expect([cache.hits, cache.misses]).toEqual([3, 1]);
  });

  test('is asked once a second by a process for what everybody wants; a write in this process is seen at once', async () => {
    const copies = new Map<string, string>();
    const store = copyStore(copies);
    const get = jest.fn(store.get);
    const cache = new Cache({ ...store, get });
    const read = async (): Promise<unknown> => cache.read('key', async (fresh) => Promise.resolve(fresh ? 'new' : 'old'));
    for (let n = 0; n < 50; n += 1) await read();
    expect(get.mock.calls.length).toBeLessThan(5);
    await cache.forget('key');
    expect(await read()).toBe('new');
    expect(copies.get('key')).toBe('!');
  });

  test('keeps a list for seconds, and a value that writes forget for minutes', async () => {
    const kept: number[] = [];
    const store = copyStore(new Map());
    const cache = new Cache({
      ...store,
      putIfAbsent: async (key, text, seconds) => store.putIfAbsent(key, text, kept[kept.push(seconds) - 1]),
    });
    await cache.readBriefly(false, 'list', async () => Promise.resolve(['a']));
    await cache.read('value', async () => Promise.resolve('a'));
    await new Promise(setImmediate);
    expect([kept[0] <= 3, kept[1] >= 200]).toEqual([true, true]);
  });

  test('asks a broken server now and then only, and believes one that was late once', async () => {
    let late = true;
    const asked = async <T>(answer: T): Promise<T> => (late ? Promise.reject(new Error('broken')) : Promise.resolve(answer));
    const get = jest.fn(async () => asked('"copy"'));
    const cache = new Cache({ ...copyStore(new Map()), get, putIfAbsent: async () => asked(undefined) });
    const read = async (key: number): Promise<unknown> => cache.read(String(key), async () => Promise.resolve('value'));
    expect(await read(0)).toBe('value');
    late = false;
    expect(await read(1)).toBe('copy');
    late = true;
    for (let key = 2; key < 20; key += 1) expect(await read(key)).toBe('value');
    expect(get.mock.calls.length).toBeLessThan(8);
  });
});

describe('settings', () => {
  test('know what changed', () => {
    const [before, after] = [
      new Settings([
        ['a', '1'],
        ['b', '2'],
      ]),
      new Settings([
        ['c', '3'],
        ['b', '3'],
      ]),
    ];
    expect(after.changesFrom(before).sort()).toEqual(['a', 'b', 'c']);
    expect(
      after.changesFrom(
        new Settings([
          ['b', '3'],
          ['c', '3'],
        ]),
      ),
    ).toEqual([]);
    expect(after.changesFrom(undefined)).toEqual(['b', 'c']);
  });
});

describe('the environment', () => {
  const env = { NAME: 'webapp', UPLOADS: '/data/uploads' };

  test('names the release after its directory', () => {
    expect(readEnvironment({ ...env, PORT: '80' }, '/opt/app/releases/abc')).toMatchObject({
      name: 'webapp',
      port: 80,
      pollSeconds: 30,
      release: 'abc',
    });
  });

  test.each([
    [{ UPLOADS: '/x' }, 'NAME is not set'],
    [{ NAME: 'x' }, 'UPLOADS is not set'],
    [{ ...env, PORT: 'eighty' }, 'PORT is not a number: eighty'],
  ])('%j', (broken, message) => {
    expect(() => readEnvironment(broken, '/')).toThrow(message);
  });
});

describe('the database’s secret', () => {
  test('holds user and password', () => {
    expect(databaseCredentials('{"username":"u","password":"p","engine":"postgres"}')).toEqual({ username: 'u', password: 'p' });
  });

  test.each(['hunter2', '"hunter2"', 'null', '{"password":"hunter2"}', '{"username":1,"password":"hunter2"}'])(
    'is not told when it is wrong: %s',
    (text) => {
      expect(() => databaseCredentials(text)).toThrow(/^the database's secret is not JSON with username and password$/);
    },
  );
});
