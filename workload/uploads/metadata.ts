// Cameras write where and when a picture was taken into it. What shows the picture stays: colours, and which side is up.

/** A picture without what it says about its owner. Where the bytes stop being what the type says, the rest stays as it is. */
export function withoutMetadata(type: string, bytes: Buffer): Buffer {
  const clean = { 'image/jpeg': cleanJpeg, 'image/png': cleanPng, 'image/webp': cleanWebp }[type];
  return clean ? clean(bytes) : bytes;
}

const SCAN = 0xda;
const EXIF = 0xe1;
/** Exif and XMP, IPTC, comments. */
const JPEG_WORDS = [EXIF, 0xed, 0xfe];

/** Segments up to the picture itself: a marker, and a length that counts itself. */
function cleanJpeg(bytes: Buffer): Buffer {
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== SCAN) {
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at, end);
    if (!JPEG_WORDS.includes(bytes[at + 1])) kept.push(segment);
    else if (bytes[at + 1] === EXIF) kept.push(...upSide(segment));
    at = end;
  }
  return Buffer.concat([...kept, bytes.subarray(at)]);
}

const ORIENTATION = 0x0112;

/** Exif with nothing but the orientation, if it says one that isn't the usual. */
function upSide(segment: Buffer): Buffer[] {
  if (segment.toString('latin1', 4, 10) !== 'Exif\0\0' || segment.length < 20) return [];
  const tiff = segment.subarray(10);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const start = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const entries = Array.from({ length: short(start) }, (_, index) => start + 2 + 12 * index);
  const entry = entries.find((at) => short(at) === ORIENTATION);
  const orientation = entry === undefined ? 1 : short(entry + 8);
  if (orientation < 2 || orientation > 8) return [];
  // Marker and length, "Exif", big-endian TIFF, one entry: orientation, a short, one of it, its value; no further directory.
  return [Buffer.from(`ffe100224578696600004d4d002a0000000800010112000300000001000${orientation}000000000000`, 'hex')];
}

const PNG_WORDS = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME'];

/** Chunks after the signature: length, type, content, checksum. */
function cleanPng(bytes: Buffer): Buffer {
  const kept = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (!PNG_WORDS.includes(bytes.toString('latin1', at + 4, at + 8))) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...kept, bytes.subarray(at)]);
}

const WEBP_WORDS = ['EXIF', 'XMP '];
/** Of the flags of an extended file: it has Exif, it has XMP. */
const WEBP_HAS_WORDS = 0x08 | 0x04;

/** Chunks in a RIFF file: type, length, content, a zero after an odd length. */
function cleanWebp(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  let at = 12;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    const type = bytes.toString('latin1', at, at + 4);
    const chunk = Buffer.from(bytes.subarray(at, end));
    if (type === 'VP8X' && chunk.length > 8) chunk[8] &= ~WEBP_HAS_WORDS;
    if (!WEBP_WORDS.includes(type)) kept.push(chunk);
    at = end;
  }
  const content = Buffer.concat([...kept, bytes.subarray(at)]);
  if (content.equals(bytes.subarray(12))) return bytes;
  const head = Buffer.from(bytes.subarray(0, 12));
  head.writeUInt32LE(content.length + 4, 4);
  return Buffer.concat([head, content]);
}
