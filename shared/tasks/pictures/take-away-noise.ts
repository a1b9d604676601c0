/**
 * Pictures out of noise: from one level to the next lower one, each time by what the network says of picture and noise, without new
 * chance (DDIM, Song et al. 2021), so that the noise at the beginning decides the picture.
 */
import { LEVEL_CHANNELS, noiseLevel } from '../../model/objectives/noise-level.ts';

export interface Denoising {
  /** Row-major [pixels · channels], and more rows of it; Gaussian noise. */
  noise: Float32Array;
  channels: number;
  steps: number;
  /** What the network says of rows of pixels [channels + 2], the last two being α and σ: v = α·noise − σ·picture. */
  network(rows: Float32Array): Promise<Float32Array>;
}

/** The pictures, −1 … 1, in the shape of `noise`. */
export async function takeAwayNoise({ noise, channels, steps, network }: Denoising): Promise<Float32Array> {
  const x = noise.slice();
  const rows = new Float32Array((x.length / channels) * (channels + LEVEL_CHANNELS));
  for (let step = 0; step < steps; step++) {
    const { alpha, sigma } = noiseLevel(1 - step / steps);
    const next = noiseLevel(1 - (step + 1) / steps);
    fillRows(rows, x, channels, [alpha, sigma]);
    const v = await network(rows);
    for (let i = 0; i < x.length; i++) {
      const picture = Math.min(Math.max(alpha * x[i]! - sigma * v[i]!, -1), 1);
      // The noise that leads to the clipped picture; at σ near 0 there is no step left to go wrong in.
      const rest = (x[i]! - alpha * picture) / sigma;
      x[i] = next.alpha * picture + next.sigma * rest;
    }
  }
  return x;
}

function fillRows(rows: Float32Array, x: Float32Array, channels: number, level: readonly number[]): void {
  const width = channels + level.length;
  for (let pixel = 0; pixel * channels < x.length; pixel++) {
    rows.set(x.subarray(pixel * channels, (pixel + 1) * channels), pixel * width);
    rows.set(level, pixel * width + channels);
  }
}
