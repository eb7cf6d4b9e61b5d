import fc from 'fast-check';
import { isId } from '../../workload/data/id';
import { textField } from '../../workload/http/body';
import { cookie, cookiesOf } from '../../workload/http/cookies';
import { isSameOrigin } from '../../workload/http/same-origin';
import { isSessionId, newSessionId } from '../../workload/sessions/session-store';
import { nameForImage, typeOfImage } from '../../workload/uploads/image';

describe('cookies', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    ['a=1; b=2', { a: '1', b: '2' }],
    ['a=1=2;a=3; broken; =x', { a: '1=2', '': 'x' }],
  ])('%s', (header, expected) => {
    expect(Object.fromEntries(cookiesOf(header))).toEqual(expected);
  });

  test('are out of reach of scripts and of forms on other sites', () => {
    expect(cookie('a', 'b', 5, false)).toBe('a=b; Path=/; Max-Age=5; HttpOnly; SameSite=Lax');
    expect(cookie('a', 'b', 5, true)).toMatch(/; Secure$/);
  });
});

describe('the origin of a form', () => {
  test.each([
    [{}, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://host' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: 'https://host' }, true],
    [{ origin: 'https://edge' }, true],
    [{ origin: 'https://edge:444' }, false],
    [{ origin: 'https://host.evil' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'file:///x' }, false],
  ])('%j: %s', (headers, same) => {
    expect(isSameOrigin({ host: 'host', ...headers }, 'edge')).toBe(same);
  });

  test('is nowhere without a host', () => {
    expect(isSameOrigin({ origin: 'file:///x', host: '' }, undefined)).toBe(false);
  });
});

describe('ids', () => {
  test('of rows are what the database can hold', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (id) => {
        expect(isId(id.toString())).toBe(id > 0n && id < 2n ** 63n);
      }),
    );
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/^[1-9]\d*$/.test(text)),
        (text) => !isId(text),
      ),
    );
  });

  test('of sessions have 128 random bits', () => {
    const ids = Array.from({ length: 100 }, newSessionId);
    expect(new Set(ids).size).toBe(100);
    expect(ids.every(isSessionId)).toBe(true);
    expect(Buffer.from(ids[0], 'base64url')).toHaveLength(16);
    for (const other of [undefined, '', 'x'.repeat(21), 'x'.repeat(23), `${'x'.repeat(21)}\n`]) expect(isSessionId(other)).toBe(false);
  });
});

describe('fields of a form', () => {
  test('hold what was typed, without control characters', () => {
    expect(textField(new URLSearchParams({ bio: ' a\r\nb\u0000\u0007\tc ' }), 'bio', { min: 1, max: 5 })).toBe('a\nbc');
  });

  test('count characters, not their parts', () => {
    expect(textField(new URLSearchParams({ name: '😀😀' }), 'name', { min: 1, max: 2 })).toBe('😀😀');
  });

  test.each([[''], ['  '], ['abc']])('refuse "%s" where 1 to 2 characters are needed', (name) => {
    expect(() => textField(new URLSearchParams({ name }), 'name', { min: 1, max: 2 })).toThrow('“name” needs 1 to 2 characters.');
  });
});

describe('pictures', () => {
  const samples: [string, string, Buffer][] = [
    ['image/png', 'png', Buffer.from('89504e470d0a1a0a00', 'hex')],
    ['image/jpeg', 'jpg', Buffer.from('ffd8ffe000', 'hex')],
    ['image/gif', 'gif', Buffer.from('GIF89a')],
    ['image/webp', 'webp', Buffer.from('RIFF0000WEBPVP8 ')],
  ];

  test.each(samples)('%s keeps its type in its name', (type, extension, bytes) => {
    const name = nameForImage(type, bytes) ?? '';
    expect(name).toMatch(new RegExp(`^[0-9a-f]{32}\\.${extension}$`));
    expect(typeOfImage(name)).toBe(type);
    for (const [other] of samples) if (other !== type) expect(nameForImage(other, bytes)).toBeUndefined();
    expect(nameForImage(type, bytes.subarray(0, 2))).toBeUndefined();
  });

  test('no name but an own one has a type', () => {
    fc.assert(fc.property(fc.string(), (name) => typeOfImage(name) === undefined));
    for (const name of ['../x.png', `${'a'.repeat(32)}.svg`, `${'a'.repeat(32)}.png\n`, `/${'a'.repeat(32)}.png`]) {
      expect(typeOfImage(name)).toBeUndefined();
    }
  });
});
