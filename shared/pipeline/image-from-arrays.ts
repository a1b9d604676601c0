/** Nested arrays [height][width] or [height][width][channels] (1 or 3) of whole numbers 0–255 to a picture. */
import type { Image } from '../data/table.ts';
import { AppError } from '../errors.ts';

const SIDE_LIMIT = 4096;

/** Throws AppError `invalid_data`. */
export function imageFromArrays(rows: readonly unknown[]): Image {
  const height = rows.length;
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  if (height < 1 || width < 1 || height > SIDE_LIMIT || width > SIDE_LIMIT) {
    throw new AppError(
      'invalid_data',
      `the array is ${height} × ${width}; sides of 1 to ${SIDE_LIMIT} are accepted`,
    );
  }
  const first: unknown = (rows[0] as unknown[])[0];
  const channels = Array.isArray(first) ? first.length : 1;
  if (channels !== 1 && channels !== 3) {
    throw new AppError('invalid_data', `a pixel has ${channels} channels; 1 or 3 are accepted`);
  }
  const data = new Uint8Array(height * width * channels);
  let place = 0;
  for (let y = 0; y < height; y++) {
    const row = rows[y];
    if (!Array.isArray(row) || row.length !== width)
      throw new AppError('invalid_data', `row ${y} is not an array of ${width} pixels`);
    for (let x = 0; x < width; x++) {
      const pixel: unknown = row[x];
      const isSound = Array.isArray(first)
        ? Array.isArray(pixel) && pixel.length === channels && writeSamples(pixel, data, place)
        : isByte(pixel) && writeSamples([pixel], data, place);
      if (!isSound) throw new AppError('invalid_data', `the pixel [${y}][${x}] is ${JSON.stringify(pixel)}`);
      place += channels;
    }
  }
  return { width, height, channels, data };
}

function writeSamples(samples: readonly unknown[], data: Uint8Array, place: number): boolean {
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    if (!isByte(sample)) return false;
    data[place + i] = sample;
  }
  return true;
}

const isByte = (value: unknown): value is number => typeof value === 'number' && (value & 255) === value;
