/**
 * Parzen estimator over the parameters of a search space: one kernel for each trial, a product over all parameters, so that what goes
 * together is found together (multivariate, as in Falkner et al. 2018), and one that is even over the whole space. Numbers have normal
 * kernels, cut off at the ends of [0, 1]; choices a share on the value that the trial had. Where a trial lacks a parameter, its kernel
 * knows nothing of it.
 */
import type { Dimension } from '../../schema/sweep.ts';

/** Of a trial, for each dimension: the cell of its value in [0, 1], or null where it lacks the parameter. */
export type Point = readonly (readonly [from: number, to: number] | null)[];

export interface ParzenEstimator {
  /** Logarithm of the density at `point`, over the parameters that it has. */
  logDensity(point: Point): number;
  /** A kernel drawn by its weight; `draw` then gives u in [0, 1] of a dimension. */
  pick(random: () => number): { draw(dimension: number): number };
}

/** Width of a kernel among few trials, and the factor of Scott's rule. */
const WIDTH = 0.2;
/** Kernels stay wider than 1 ÷ this. */
const NARROWEST = 100;
/** So many of the latest trials count fully; before them the less the older. */
const RECENT = 25;

/** `points` in the order of time. */
export function parzenEstimator(dimensions: readonly Dimension[], points: readonly Point[]): ParzenEstimator {
  const n = points.length;
  const scott = WIDTH * Math.max(n, 1) ** (-1 / (dimensions.length + 4));
  const sigma = Math.min(1, Math.max(scott, 1 / Math.min(NARROWEST, n + 1)));
  const weights = [...points.map((_, i) => ageWeight(i, n)), 1];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  /** The last is the even one. */
  const kernels: Point[] = [...points, dimensions.map(() => null)];

  const logOne = (kernel: Point, point: Point): number => {
    let log = 0;
    for (const [k, cell] of point.entries()) {
      const own = kernel[k];
      if (!cell || !own) continue;
      const dimension = dimensions[k]!;
      log += Math.log(
        dimension.type === 'choice'
          ? choiceDensity(own[0] === cell[0], dimension.values.length, n)
          : normalDensity(middle(own), sigma, cell),
      );
    }
    return log;
  };

  return {
    logDensity(point) {
      const logs = kernels.map((kernel, i) => Math.log(weights[i]! / total) + logOne(kernel, point));
      const most = Math.max(...logs);
      return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
    },
    pick(random) {
      let left = random() * total;
      let place = 0;
      for (left -= weights[0]!; left >= 0 && place < n; left -= weights[place]!) place += 1;
      const kernel = kernels[place]!;
      return {
        draw(k) {
          const own = kernel[k];
          const dimension = dimensions[k]!;
          if (!own) return random();
          if (dimension.type !== 'choice') return drawNormal(middle(own), sigma, random);
          return random() < certainty(dimension.values.length, n) ? middle(own) : random();
        },
      };
    },
  };
}

const middle = ([from, to]: readonly [number, number]): number => (from + to) / 2;

const ageWeight = (place: number, count: number): number => {
  const old = count - RECENT;
  return place >= old ? 1 : 1 / count + (1 - 1 / count) * (place / old);
};

/** Of a choice with `size` values the kernel is its trial's value with this probability, and else any of them. */
const certainty = (size: number, trials: number): number => (trials + 1) / (trials + 1 + size);

/** Against that of the even kernel. */
const choiceDensity = (isOwn: boolean, size: number, trials: number): number => {
  const certain = certainty(size, trials);
  return 1 - certain + (isOwn ? certain * size : 0);
};

/** Mean over the cell of the normal density that is cut off at 0 and 1; a cell without width is a point. */
function normalDensity(mean: number, sigma: number, [from, to]: readonly [number, number]): number {
  const below = (x: number) => cumulative((x - mean) / sigma);
  const whole = below(1) - below(0);
  if (to > from) return Math.max((below(to) - below(from)) / (to - from) / whole, Number.MIN_VALUE);
  const z = (from - mean) / sigma;
  return Math.max(Math.exp(-0.5 * z * z) / (sigma * Math.sqrt(2 * Math.PI)) / whole, Number.MIN_VALUE);
}

/** Standard normal distribution function, by Abramowitz and Stegun's 7.1.26 (to 1.5e-7). */
export function cumulative(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** Normal, drawn again until it lies in [0, 1] (Box and Muller 1958). */
function drawNormal(mean: number, sigma: number, random: () => number): number {
  for (;;) {
    const length = Math.sqrt(-2 * Math.log(1 - random()));
    const u = mean + sigma * length * Math.cos(2 * Math.PI * random());
    if (u >= 0 && u <= 1) return u;
  }
}
