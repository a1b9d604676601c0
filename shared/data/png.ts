/**
 * A PNG's header and samples, under a bound: nothing is inflated beyond what the stated size needs. The decoder is handed
 * only the chunks that make the picture, since it would inflate others (a colour profile) whole.
 */
import { type DecodedPng, decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { joinBytes } from './join-bytes.ts';

export interface PngHeader {
  width: number;
  height: number;
  /** Colour types 0 and 4. */
  grey: boolean;
  /** What the picture inflates to, bytes; a little more, to have room for Adam7's seven passes. */
  inflated: number;
}

/** Deflate makes at most this many bytes of one. */
const RATIO = 1032;
const SLICE = 1 << 14; // bytes; what one slice may inflate to stays within 16 MiB
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }; // per pixel, by colour type
const KEPT = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** Null unless IHDR comes first, as it must, and is whole. */
export function readPngHeader(bytes: Uint8Array): PngHeader | null {
  if (bytes.length < 33 || typeAt(bytes, 8) !== 'IHDR') return null;
  const view = viewOf(bytes);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour] = [view.getUint8(24), view.getUint8(25)];
  const perRow = Math.ceil((width * (SAMPLES[colour] ?? 4) * depth) / 8);
  return { width, height, grey: colour === 0 || colour === 4, inflated: height * (perRow + 4) + 16 };
}

/** Whether so few bytes can inflate to the stated size; if not, nothing need be allocated for it. */
export const isPlausiblePng = (bytes: Uint8Array, { inflated, height }: PngHeader): boolean =>
  bytes.length * RATIO >= inflated - 3 * height - 16;

/** Throws an Error that says what is wrong. */
export function decodePng(bytes: Uint8Array, { inflated }: PngHeader): DecodedPng {
  const chunks = readChunks(bytes);
  if (chunks.filter(({ type }) => type === 'IHDR').length !== 1) throw new Error('it has several headers');
  checkInflated(
    chunks.filter(({ type }) => type === 'IDAT').map(({ whole }) => whole.subarray(8, -4)),
    inflated,
  );
  return decode(joinBytes([bytes.subarray(0, 8), ...chunks.map(({ whole }) => whole)]));
}

/** The chunks that make the picture: each its length, type, data and checksum. */
function readChunks(bytes: Uint8Array): { type: string; whole: Uint8Array }[] {
  const view = viewOf(bytes);
  const chunks: { type: string; whole: Uint8Array }[] = [];
  for (let at = 8; ; ) {
    const end = at + 12 <= bytes.length ? at + 12 + view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new Error('it is cut short');
    const type = typeAt(bytes, at);
    if (KEPT.includes(type)) chunks.push({ type, whole: bytes.subarray(at, end) });
    if (type === 'IEND') return chunks;
    at = end;
  }
}

/** Inflates slice by slice and keeps nothing; where even the worst case is small, there is nothing to check. */
function checkInflated(data: readonly Uint8Array[], limit: number): void {
  if (data.reduce((sum, part) => sum + part.length, 0) <= SLICE) return;
  let left = limit;
  const stream = new Unzlib((part) => {
    left -= part.length;
  });
  for (const part of data) {
    for (let at = 0; at < part.length; at += SLICE) {
      stream.push(part.subarray(at, at + SLICE));
      if (left < 0) throw new Error('it inflates to more than its size needs');
    }
  }
}

const typeAt = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at + 4, at + 8));
const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
