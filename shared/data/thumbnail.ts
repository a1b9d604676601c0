/** A picture made small: each pixel is the mean of those it stands for. */
import type { Image } from './table.ts';

/** Of the samples of a shrunk picture this many bits are kept: a PNG of it is half as large. */
const BITS = 5;

/** At most `side` pixels wide and high; `scale`: its size divided by that of `image`. One that is small enough stays as it is. */
export function thumbnail(image: Image, side: number): { picture: Image; scale: number } {
  const { width, height, channels, data } = image;
  const scale = Math.min(1, side / Math.max(width, height));
  if (scale === 1) return { picture: image, scale };
  const [w, h] = [width, height].map((length) => Math.max(1, Math.round(length * scale))) as [number, number];
  const small = new Uint8Array(w * h * channels);
  for (let y = 0; y < h; y++) {
    const [top, bottom] = stretch(y, h, height);
    for (let x = 0; x < w; x++) {
      const [left, right] = stretch(x, w, width);
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let i = top; i < bottom; i++)
          for (let j = left; j < right; j++) sum += data[(i * width + j) * channels + c]!;
        small[(y * w + x) * channels + c] = coarse(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return { picture: { width: w, height: h, channels, data: small }, scale };
}

/** The pixels, from and up to, that place `i` of `count` stands for. */
const stretch = (i: number, count: number, of: number): [number, number] => {
  const from = Math.floor((i * of) / count);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * of) / count))];
};

const LEVELS = 2 ** BITS - 1;
const coarse = (value: number): number => Math.round((Math.round((value / 255) * LEVELS) / LEVELS) * 255);
