/**
 * Sound at another rate: the ideal low-pass (a sinc) under a Hann window of 16 zero crossings a side, cut off at the lower of the two
 * rates' limits. + − × ÷ and the exact sine alone, so that every engine gives the same bits.
 */
import type { Sound } from '../../data/table.ts';
import { exactCos, exactSin } from '../exact-trigonometry.ts';

const CROSSINGS = 16;

/** Samples of `sound` at `rate`; those before the start and after the end count as silence. */
export function resample({ rate: from, samples }: Sound, rate: number): Float64Array {
  if (from === rate) return Float64Array.from(samples);
  const { up, down, reach, phases } = filtersFor(from, rate);
  const out = new Float64Array(Math.max(1, Math.round((samples.length * up) / down)));
  for (let i = 0; i < out.length; i++) {
    const place = i * down;
    const centre = Math.floor(place / up);
    const phase = place % up;
    let taps = phases[phase];
    if (!taps) phases[phase] = taps = tapsAt(phase / up, reach, Math.min(1, up / down));
    const first = centre - reach + 1;
    let sum = 0;
    for (let k = Math.max(0, -first); k < taps.length && first + k < samples.length; k++)
      sum += taps[k]! * samples[first + k]!;
    out[i] = sum;
  }
  return out;
}

interface Filters {
  /** The rates without their common divisor. */
  up: number;
  down: number;
  /** Samples that a filter sees on either side. */
  reach: number;
  /** For each place between two samples its filter, made when it is first needed. */
  phases: Float64Array[];
}

const KEPT = 8;
const kept = new Map<string, Filters>();

function filtersFor(from: number, to: number): Filters {
  const name = `${from}/${to}`;
  const found = kept.get(name);
  if (found) return found;
  const divisor = greatestCommonDivisor(from, to);
  const [up, down] = [to / divisor, from / divisor];
  const filters = { up, down, reach: Math.ceil(CROSSINGS * Math.max(1, down / up)), phases: [] };
  if (kept.size === KEPT) kept.clear();
  kept.set(name, filters);
  return filters;
}

/** Weights of the samples around a place that lies `part` behind one of them. */
function tapsAt(part: number, reach: number, cutoff: number): Float64Array {
  return Float64Array.from({ length: 2 * reach }, (_, k) => {
    const x = Math.abs(k - reach + 1 - part) * cutoff;
    if (x >= CROSSINGS) return 0;
    const window = 0.5 + 0.5 * exactCos(x / (2 * CROSSINGS));
    return cutoff * window * (x === 0 ? 1 : exactSin((x / 2) % 1) / (Math.PI * x));
  });
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
