/**
 * Log-mel spectrograms: how much of each pitch a sound has from moment to moment. A sound is brought to one rate and one length (of a
 * longer one the loudest stretch is taken, a shorter one gets silence on both sides), cut into Hann windows, transformed, summed
 * in triangles that are even on the mel scale (m = 1127 · ln(1 + f ÷ 700)), and written in decibels below its own peak, so that it
 * does not matter how loud it was.
 */
import type { Sound } from '../../data/table.ts';
import type { Zod } from '../../schema/zod.ts';
import { exactLog } from '../exact-log.ts';
import { exactCos } from '../exact-trigonometry.ts';
import { createFourier } from './fourier.ts';
import { resample } from './resample.ts';

/** Decibels below the peak that count as silence. */
const FLOOR = 80;

export const logMelParams = (z: Zod) => ({
  /** Samples a second that sounds are brought to. */
  rate: z.int().min(1000).max(48_000).default(16_000),
  /** Of each sound that is looked at. */
  seconds: z.number().min(0.05).max(60),
  /** Length of a window and the way from one to the next, in milliseconds. */
  window: z.number().min(2).max(200).default(32),
  hop: z.number().min(1).max(200).default(16),
  /** Bands of pitch, from 20 Hz to half the rate. */
  bands: z.int().min(4).max(256).default(40),
});

export interface LogMelParams {
  rate: number;
  seconds: number;
  window: number;
  hop: number;
  bands: number;
}

/** [windows, bands] */
export function logMelShape({ rate, seconds, window, hop, bands }: LogMelParams): [number, number] {
  const { length, size, step } = samplesOf({ rate, seconds, window, hop });
  return [Math.max(1, 1 + Math.floor((length - size) / step)), bands];
}

/** What a spectrogram is made with, in samples. */
export const samplesOf = ({ rate, seconds, window, hop }: Omit<LogMelParams, 'bands'>) => ({
  length: Math.round(seconds * rate),
  size: Math.max(2, Math.round((window / 1000) * rate)),
  step: Math.max(1, Math.round((hop / 1000) * rate)),
});

/** Writes the spectrogram of a sound, 0 for silence to 1 for its peak, window by window. */
export type LogMel = (sound: Sound, out: Float64Array) => void;

export function createLogMel(params: LogMelParams): LogMel {
  const { rate, bands } = params;
  const [windows] = logMelShape(params);
  const { length, size, step } = samplesOf(params);
  const points = powerOfTwoFrom(size);
  const fourier = createFourier(points);
  const hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * exactCos(i / size));
  const triangles = trianglesOf(bands, points, rate);
  const framed = new Float64Array(points);
  const power = new Float64Array(points / 2 + 1);

  return (sound, out) => {
    const samples = resample(sound, rate);
    const start = placeOf(samples, length);
    let peak = 0;
    for (let w = 0; w < windows; w++) {
      for (let i = 0; i < size; i++) framed[i] = (samples[start + w * step + i] ?? 0) * hann[i]!;
      fourier.powerOf(framed, power);
      for (const [band, { first, weights }] of triangles.entries()) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * power[first + k]!;
        out[w * bands + band] = sum;
        if (sum > peak) peak = sum;
      }
    }
    for (let i = 0; i < out.length; i++) out[i] = belowPeak(out[i]!, peak);
  };
}

/** 1 at the peak, 0 where it is `FLOOR` decibels below or silent. */
function belowPeak(power: number, peak: number): number {
  const share = power / peak;
  if (!(share > 1e-8)) return 0;
  return 1 + (10 * exactLog(share)) / (Math.LN10 * FLOOR);
}

/** Where the stretch of `length` samples begins that has the most energy; before the sound where that is shorter. */
function placeOf(samples: Float64Array, length: number): number {
  if (samples.length <= length) return -Math.floor((length - samples.length) / 2);
  let energy = 0;
  let most = 0;
  let place = 0;
  for (const [i, sample] of samples.entries()) {
    energy += sample * sample;
    if (i >= length) energy -= samples[i - length]! * samples[i - length]!;
    if (i >= length - 1 && energy > most) {
      most = energy;
      place = i - length + 1;
    }
  }
  return place;
}

interface Triangle {
  first: number;
  weights: Float64Array;
}

const LOWEST = 20; // Hz
const mel = (frequency: number): number => 1127 * exactLog(1 + frequency / 700);

/** Weights that rise and fall along the mel scale, half over the neighbours' on either side. */
function trianglesOf(bands: number, points: number, rate: number): Triangle[] {
  const [low, high] = [mel(LOWEST), mel(rate / 2)];
  const width = (high - low) / (bands + 1);
  const places = Float64Array.from({ length: points / 2 + 1 }, (_, k) => mel((k * rate) / points));
  return Array.from({ length: bands }, (_, band) => {
    const centre = low + (band + 1) * width;
    const weights = Array.from(places, (place) => Math.max(0, 1 - Math.abs(place - centre) / width));
    // so narrow that it lies between two frequencies: the nearest is its own
    if (!weights.some((weight) => weight > 0)) weights[nearest(places, centre)] = 1;
    const first = weights.findIndex((weight) => weight > 0);
    const last = weights.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(weights.slice(first, last + 1)) };
  });
}

function nearest(places: Float64Array, wanted: number): number {
  let best = 0;
  for (const [k, place] of places.entries())
    if (Math.abs(place - wanted) < Math.abs(places[best]! - wanted)) best = k;
  return best;
}

function powerOfTwoFrom(size: number): number {
  let points = 1;
  while (points < size) points *= 2;
  return points;
}
