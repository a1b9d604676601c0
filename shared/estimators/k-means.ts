/**
 * k-means (Lloyd 1982) from centres that are drawn far from one another (k-means++, Arthur and Vassilvitskii 2007); of several starts
 * the one is kept whose rows lie nearest to their centres.
 */

import { createRandom } from '../graph/random.ts';
import type { Made, Zod } from '../schema/zod.ts';
import type { Estimator, FitRows } from './estimator.ts';
import { tensorOf } from './learnt.ts';
import { silhouette } from './silhouette.ts';

const KMeans = (z: Zod) =>
  z.strictObject({
    type: z.literal('k-means'),
    /** Groups to find. */
    k: z.int().min(2).max(100).default(3),
    starts: z.int().min(1).max(50).default(8),
    iterations: z.int().min(1).max(1000).default(100),
  });
type KMeans = Made<typeof KMeans>;

const STREAM = 0x63a5;

interface Clustering {
  centres: Float64Array;
  /** Sum of the squares of the rows' distances to their centres. */
  inertia: number;
}

export const kMeans = {
  type: 'k-means',
  title: 'k-means',
  summary: 'Finds groups of rows that are like one another, each around a centre.',
  tasks: ['clustering'],
  params: KMeans,
  space: {
    k: { type: 'int', min: 2, max: 12 },
  },
  classes: ({ k }) => Array.from({ length: k }, (_, c) => `cluster ${c + 1}`),

  centres: (learnt) => tensorOf(learnt, 'centres', [-1, -1]),

  *fit(rows, { k, starts, iterations }, { seed }) {
    const { count, width } = rows;
    let best: Clustering | null = null;
    for (let start = 0; start < starts; start++) {
      const random = createRandom(seed, STREAM, start);
      let now: Clustering = { centres: firstCentres(rows, k, random), inertia: Number.POSITIVE_INFINITY };
      for (let i = 0; i < iterations; i++) {
        const next = improve(rows, now.centres, k);
        const settled = next.inertia >= now.inertia * (1 - 1e-9);
        now = next;
        if (settled) break;
      }
      if (!best || now.inertia < best.inertia) best = now;
      yield { done: start + 1, total: starts };
    }
    const { centres, inertia } = best!;
    return new Map([
      ['centres', { shape: [k, width], data: Float32Array.from(bySize(rows, centres, k)) }],
      // of one input of a row about its centre; rows that are all alike have none
      ['variance', { shape: [1], data: Float32Array.of(Math.max(inertia / (count * width), 1e-9)) }],
    ]);
  },

  load(learnt, { k }, { inputs }) {
    const centres = tensorOf(learnt, 'centres', [k, inputs]);
    const [variance] = tensorOf(learnt, 'variance', [1]) as unknown as [number];
    return (x, rows) => {
      const y = new Float32Array(rows * k);
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < k; c++) {
          y[row * k + c] = -square(x, row * inputs, centres, c * inputs, inputs) / (2 * variance);
        }
      }
      return y;
    };
  },

  measure: ({ count, width, x }, y) => {
    const score = silhouette(x, width, groupsOf(y, count));
    return score === null ? {} : { silhouette: score };
  },

  cost: ({ k, starts, iterations }, { rows, inputs }) => ({
    parameters: k * inputs + 1,
    multiplyAdds: k * inputs,
    fitting: starts * Math.min(iterations, 30) * rows * k * inputs,
  }),
} satisfies Estimator<KMeans>;

type Numbers = Float32Array | Float64Array;

function square(a: Numbers, atA: number, b: Numbers, atB: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) {
    const difference = a[atA + i]! - b[atB + i]!;
    sum += difference * difference;
  }
  return sum;
}

/** Each centre is a row, drawn by the square of its distance to the centres before it. */
function firstCentres({ x, count, width }: FitRows, k: number, random: () => number): Float64Array {
  const centres = new Float64Array(k * width);
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let row = Math.floor(random() * count);
  for (let c = 0; c < k; c++) {
    centres.set(x.subarray(row * width, (row + 1) * width), c * width);
    let total = 0;
    for (let i = 0; i < count; i++) {
      nearest[i] = Math.min(nearest[i]!, square(x, i * width, centres, c * width, width));
      total += nearest[i]!;
    }
    let left = random() * total;
    row = nearest.findIndex((distance) => {
      left -= distance;
      return left < 0;
    });
    if (row < 0) row = Math.floor(random() * count); // fewer different rows than groups
  }
  return centres;
}

/** Each row to its nearest centre, each centre to the middle of its rows; one without rows stays. */
function improve({ x, count, width }: FitRows, centres: Float64Array, k: number): Clustering {
  const sums = new Float64Array(k * width);
  const sizes = new Float64Array(k);
  let inertia = 0;
  for (let row = 0; row < count; row++) {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      const distance = square(x, row * width, centres, c * width, width);
      if (distance < least) [least, nearest] = [distance, c];
    }
    inertia += least;
    sizes[nearest]! += 1;
    for (let i = 0; i < width; i++) sums[nearest * width + i]! += x[row * width + i]!;
  }
  const next = sums.map((sum, i) => {
    const size = sizes[Math.floor(i / width)]!;
    return size > 0 ? sum / size : centres[i]!;
  });
  return { centres: next, inertia };
}

/** The centres, that of the largest group first, so that `cluster 1` means something. */
function bySize({ x, count, width }: FitRows, centres: Float64Array, k: number): Float64Array {
  const sizes = new Float64Array(k);
  for (let row = 0; row < count; row++) {
    let nearest = 0;
    for (let c = 1; c < k; c++) {
      if (
        square(x, row * width, centres, c * width, width) <
        square(x, row * width, centres, nearest * width, width)
      )
        nearest = c;
    }
    sizes[nearest]! += 1;
  }
  const order = Array.from({ length: k }, (_, c) => c).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  return Float64Array.from(order.flatMap((c) => [...centres.subarray(c * width, (c + 1) * width)]));
}

/** The place of the largest of each row's numbers. */
function groupsOf(y: Float32Array, rows: number): Int32Array {
  const outputs = y.length / rows;
  return Int32Array.from({ length: rows }, (_, row) => {
    const ofRow = y.subarray(row * outputs, (row + 1) * outputs);
    return ofRow.indexOf(Math.max(...ofRow));
  });
}
