/**
 * PNG and JPEG to 8-bit grey or colour in pure TypeScript, so that every program sees the same bytes. Grey stays one
 * channel; of 16-bit samples the high byte is kept; transparent pixels are laid on white (a PNG's single transparent
 * colour, tRNS without a palette, is ignored).
 */
import { convertIndexedToRgb, type DecodedPng } from 'fast-png';
import jpeg from 'jpeg-js';
import { AppError, messageOf } from '../errors.ts';
import { decodePng, isPlausiblePng, isPng, readPngHeader } from './png.ts';
import type { Image } from './table.ts';

export interface ImageSize {
  width: number;
  height: number;
  channels: 1 | 3;
}

const PIXEL_LIMIT = 25_000_000;
const BYTE_LIMIT = 32 << 20;
const INFLATED_LIMIT = 128 << 20; // bytes, for one PNG
const MEMORY_LIMIT = 512; // MB, for one JPEG
/** A JPEG's block of 8 × 8 pixels takes one bit at least. */
const PIXELS_PER_BYTE = 512;

/** The size a picture's header states, if its bytes can hold that much. Throws AppError `invalid_data`. */
export function readImageSize(bytes: Uint8Array): ImageSize {
  const png = isPng(bytes) ? readPngHeader(bytes) : null;
  const size: ImageSize | null = png
    ? { width: png.width, height: png.height, channels: png.grey ? 1 : 3 }
    : isJpeg(bytes)
      ? readJpegSize(bytes)
      : null;
  if (size === null) throw new AppError('invalid_data', 'neither a PNG nor a JPEG picture, or cut short');
  const { width, height } = size;
  const what = `the picture is ${width} × ${height} pixels in ${bytes.length} bytes`;
  const tooLarge = width * height > PIXEL_LIMIT || (png !== null && png.inflated > INFLATED_LIMIT);
  if (width < 1 || height < 1 || tooLarge || bytes.length > BYTE_LIMIT) {
    throw new AppError(
      'invalid_data',
      `${what}; accepted are 1 to ${PIXEL_LIMIT} pixels in at most ${BYTE_LIMIT} bytes, and at most ${INFLATED_LIMIT} bytes of samples`,
    );
  }
  if (png ? !isPlausiblePng(bytes, png) : bytes.length * PIXELS_PER_BYTE < width * height) {
    throw new AppError('invalid_data', `${what}, which cannot hold so many: it is cut short or made up`);
  }
  return size;
}

/** Throws AppError `invalid_data` for anything that is not a whole PNG or JPEG of a reasonable size. */
export function decodeImage(bytes: Uint8Array): Image {
  const size = readImageSize(bytes);
  try {
    const png = isPng(bytes) ? readPngHeader(bytes) : null;
    return png ? fromPng(decodePng(bytes, png)) : fromJpeg(bytes, size);
  } catch (cause) {
    throw new AppError('invalid_data', `the picture cannot be decoded: ${messageOf(cause)}`, { cause });
  }
}

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

/** Walks the segments to the frame header: SOF0 to SOF15, but for DHT, JPG and DAC, which share their range. */
function readJpegSize(bytes: Uint8Array): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1; // padding
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const channels = bytes[at + 9] === 1 ? 1 : 3;
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), channels };
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
  return null;
}

function fromJpeg(bytes: Uint8Array, { width, height, channels }: ImageSize): Image {
  const decoded = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: PIXEL_LIMIT / 1e6,
    maxMemoryUsageInMB: MEMORY_LIMIT,
  });
  const data = channels === 3 ? decoded.data : decoded.data.filter((_, i) => i % 3 === 0);
  return { width, height, channels, data: new Uint8Array(data) };
}

function fromPng(png: DecodedPng): Image {
  const { width, height } = png;
  const samples = png.palette ? convertIndexedToRgb(png) : toBytes(png);
  const perPixel = samples.length / (width * height);
  const channels = perPixel < 3 ? 1 : 3;
  if (perPixel === channels) return { width, height, channels, data: new Uint8Array(samples) };

  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const alpha = samples[i * perPixel + channels] as number;
    for (let c = 0; c < channels; c++) {
      const value = samples[i * perPixel + c] as number;
      data[i * channels + c] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, channels, data };
}

/** Samples of 1, 2, 4 (packed, each row from a new byte), 8 or 16 bits as 0–255. */
function toBytes({ width, height, channels, depth, data }: DecodedPng): Uint8Array {
  if (depth === 8) return Uint8Array.from(data);
  if (depth === 16) return Uint8Array.from(data, (sample) => sample >> 8);
  const perRow = Math.ceil((width * channels * depth) / 8);
  const most = (1 << depth) - 1;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * perRow + (bit >> 3)] as number;
    return (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
  });
}
