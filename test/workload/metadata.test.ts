import fc from 'fast-check';
import { withoutMetadata } from '../../workload/uploads/metadata';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number): Buffer => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
const u32le = (value: number): Buffer => Buffer.from(u32(value)).reverse();
const segment = (marker: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([0xff, marker]), u16(content.length + 2), content]);

const PLACE = 'N 52 31 12, Ada, 2026';

/** Exif in one order of bytes: an orientation and a place. */
function exif(orientation: number, little = false): Buffer {
  const swap = (value: Buffer): Buffer => (little ? Buffer.from(value).reverse() : value);
  const entry = (tag: number, value: number): Buffer =>
    Buffer.concat([swap(u16(tag)), swap(u16(3)), swap(u32(1)), swap(u16(value)), Buffer.alloc(2)]);
  const tiff = [
    latin(little ? 'II' : 'MM'),
    swap(u16(42)),
    swap(u32(8)),
    swap(u16(2)),
    entry(0x0100, 9),
    entry(0x0112, orientation),
    u32(0),
  ];
  return segment(0xe1, Buffer.concat([latin('Exif\0\0'), ...tiff, latin(PLACE)]));
}

const picture = Buffer.concat([segment(0xda, Buffer.from([1, 2])), Buffer.from([0xff, 0xe1, 7, 7, 0xff, 0xd9])]);
const jpeg = (...segments: Buffer[]): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8]), ...segments, picture]);
const jfif = segment(0xe0, latin('JFIF\0'));
const colours = segment(0xe2, latin('ICC_PROFILE\0'));

test('a JPEG loses Exif, XMP, IPTC and comments, and keeps colours and the picture byte for byte', () => {
  const words = [
    exif(1),
    segment(0xe1, latin(`http://ns.adobe.com/xap/1.0/\0${PLACE}`)),
    segment(0xed, latin(PLACE)),
    segment(0xfe, latin(PLACE)),
  ];
  expect(withoutMetadata('image/jpeg', jpeg(jfif, ...words, colours))).toEqual(jpeg(jfif, colours));
});

test.each([
  [6, false],
  [6, true],
  [8, true],
])('a JPEG that is turned (%d, little %s) stays turned, and says nothing else', (orientation, little) => {
  const clean = withoutMetadata('image/jpeg', jpeg(jfif, exif(orientation, little), colours));
  expect(clean.includes(PLACE)).toBe(false);
  const at = clean.indexOf(latin('Exif\0\0'));
  expect(clean.readUInt16BE(at - 2)).toBe(34);
  const tiff = clean.subarray(at + 6);
  expect([tiff.toString('latin1', 0, 2), tiff.readUInt32BE(4), tiff.readUInt16BE(8)]).toEqual(['MM', 8, 1]);
  expect([tiff.readUInt16BE(10), tiff.readUInt16BE(12), tiff.readUInt32BE(14), tiff.readUInt16BE(18)]).toEqual([0x0112, 3, 1, orientation]);
  // The segment ends where its length says, and what follows is the next one.
  expect(clean.subarray(at - 2 + 34)).toEqual(Buffer.concat([colours, picture]));
  expect(withoutMetadata('image/jpeg', clean)).toEqual(clean);
});

const chunk = (type: string, content: string): Buffer => Buffer.concat([u32(content.length), latin(type), latin(content), u32(7)]);
const png = (...chunks: Buffer[]): Buffer => Buffer.concat([latin('\x89PNG\r\n\x1a\n'), ...chunks]);

test('a PNG loses its texts, its Exif and its time', () => {
  const [head, data, end] = [chunk('IHDR', 'size'), chunk('IDAT', 'tEXt in the picture'), chunk('IEND', '')];
  const words = ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME'].map((type) => chunk(type, PLACE));
  expect(withoutMetadata('image/png', png(head, ...words, data, end))).toEqual(png(head, data, end));
});

const riff = (type: string, content: string): Buffer =>
  Buffer.concat([latin(type), u32le(content.length), latin(content), Buffer.alloc(content.length % 2)]);
const webp = (...chunks: Buffer[]): Buffer => {
  const content = Buffer.concat([latin('WEBP'), ...chunks]);
  return Buffer.concat([latin('RIFF'), u32le(content.length), content]);
};

test('a WebP loses Exif and XMP, and doesn’t claim to have them; its length is right', () => {
  const [flagged, plain] = ['\x2c', '\x20'].map((flags) => riff('VP8X', `${flags}123456789`));
  const data = riff('VP8 ', 'odd');
  expect(withoutMetadata('image/webp', webp(flagged, data, riff('EXIF', PLACE), riff('XMP ', 'x')))).toEqual(webp(plain, data));
});

test('a GIF stays as it is', () => {
  const gif = latin(`GIF89a ${PLACE}`);
  expect(withoutMetadata('image/gif', gif)).toBe(gif);
});

test('whatever the bytes are, nothing fails, nothing is added but an orientation, and twice is once', () => {
  const whole = [jpeg(jfif, exif(6), colours), png(chunk('IHDR', 'a'), chunk('tEXt', PLACE)), webp(riff('VP8 ', 'odd'), riff('EXIF', 'x'))];
  const types = ['image/jpeg', 'image/png', 'image/webp'];
  const spoilt = fc.tuple(fc.nat(2), fc.nat(80), fc.uint8Array({ maxLength: 40 })).map(([kind, at, bytes]) => {
    return [types[kind], Buffer.concat([whole[kind].subarray(0, at), bytes, whole[kind].subarray(at + bytes.length)])] as const;
  });
  fc.assert(
    fc.property(spoilt, ([type, bytes]) => {
      const clean = withoutMetadata(type, bytes.length < 12 ? Buffer.concat([bytes, Buffer.alloc(12)]) : bytes);
      expect(clean.length).toBeLessThanOrEqual(bytes.length + 48);
      expect(withoutMetadata(type, clean)).toEqual(clean);
    }),
    { numRuns: 3_000 },
  );
});
