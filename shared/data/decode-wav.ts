/**
 * WAV files (RIFF/WAVE) to mono samples: PCM of 8, 16, 24 and 32 bits and floats of 32 and 64, also behind WAVE_FORMAT_EXTENSIBLE.
 * Several channels become their mean.
 */
import { AppError } from '../errors.ts';
import type { Sound } from './table.ts';

export interface SoundSize {
  /** Samples a second, of each channel. */
  rate: number;
  channels: number;
  /** Samples of each channel. */
  length: number;
}

const BYTE_LIMIT = 64 << 20;
const RATES = { least: 1000, most: 384_000 };
const CHANNELS_MOST = 32;

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

interface Layout extends SoundSize {
  /** Where the samples begin, and how one is read to −1 … 1. */
  start: number;
  bytesPerSample: number;
  read(view: DataView, at: number): number;
}

/** What the header states and the file holds; nothing is decoded. Throws AppError `invalid_data`. */
export function readSoundSize(bytes: Uint8Array): SoundSize {
  const { rate, channels, length } = layoutOf(bytes);
  return { rate, channels, length };
}

/** Throws AppError `invalid_data` for anything that is not a whole WAV file of a reasonable size. */
export function decodeWav(bytes: Uint8Array): Sound {
  const { rate, channels, length, start, bytesPerSample, read } = layoutOf(bytes);
  const view = viewOf(bytes);
  const samples = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += read(view, start + (i * channels + c) * bytesPerSample);
    samples[i] = sum / channels;
  }
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  if (bad >= 0) throw refuse(`sample ${bad + 1} is no finite number`);
  return { rate, samples };
}

function layoutOf(bytes: Uint8Array): Layout {
  const view = viewOf(bytes);
  if (bytes.length < 12 || nameAt(view, 0) !== 'RIFF' || nameAt(view, 8) !== 'WAVE')
    throw refuse('not a WAV file; convert it to WAV (PCM)');
  if (bytes.length > BYTE_LIMIT)
    throw refuse(`the WAV file has ${bytes.length} bytes; at most ${BYTE_LIMIT} are accepted`);
  let format: { tag: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = nameAt(view, at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name === 'fmt ' && size >= 16 && start + size <= bytes.length) {
      const tag = view.getUint16(start, true);
      format = {
        // the extensible form names the real one in the first bytes of a GUID
        tag: tag === EXTENSIBLE && size >= 26 ? view.getUint16(start + 24, true) : tag,
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    }
    if (name === 'data') {
      if (!format) throw refuse('the WAV file has samples before their format, or is damaged');
      // a recorder that streams writes 0 or the largest number for a size it does not know yet
      const isOpen = size === 0 || size === 0xffffffff;
      if (!isOpen && start + size > bytes.length)
        throw refuse(
          `the WAV file is cut short: it states ${size} bytes of samples and has ${bytes.length - start}`,
        );
      return layout(format, start, isOpen ? bytes.length - start : size);
    }
    at = start + size + (size % 2); // chunks begin at even places
  }
  throw refuse('the WAV file has no samples, or is cut short');
}

function layout(
  { tag, channels, rate, bits }: { tag: number; channels: number; rate: number; bits: number },
  start: number,
  size: number,
): Layout {
  const read = readers.get(`${tag}/${bits}`);
  if (!read) {
    throw refuse(
      `the WAV file has ${bits}-bit samples of format ${tag}; accepted are PCM of 8, 16, 24 or 32 bits and floats of 32 or 64`,
    );
  }
  if (rate < RATES.least || rate > RATES.most)
    throw refuse(`the WAV file has ${rate} samples a second; ${RATES.least} to ${RATES.most} are accepted`);
  if (channels < 1 || channels > CHANNELS_MOST)
    throw refuse(`the WAV file has ${channels} channels; 1 to ${CHANNELS_MOST} are accepted`);
  const bytesPerSample = bits / 8;
  const length = Math.floor(size / (bytesPerSample * channels));
  if (length < 1) throw refuse('the WAV file has no samples');
  return { rate, channels, length, start, bytesPerSample, read };
}

const readers = new Map<string, Layout['read']>([
  [`${PCM}/8`, (view, at) => (view.getUint8(at) - 128) / 128],
  [`${PCM}/16`, (view, at) => view.getInt16(at, true) / 2 ** 15],
  [`${PCM}/24`, (view, at) => (view.getInt8(at + 2) * 2 ** 16 + view.getUint16(at, true)) / 2 ** 23],
  [`${PCM}/32`, (view, at) => view.getInt32(at, true) / 2 ** 31],
  [`${FLOAT}/32`, (view, at) => view.getFloat32(at, true)],
  [`${FLOAT}/64`, (view, at) => view.getFloat64(at, true)],
]);

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const nameAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
const refuse = (message: string) => new AppError('invalid_data', message);
