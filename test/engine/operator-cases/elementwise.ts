/** Elementwise operators: each over every kind of broadcasting, and over every pair of special values. */
import { type CaseFamily, fixed, floats, INF, ints, NAN, noise, type OperatorCase } from './operator-case.ts';

type Range = readonly [number, number];
const SPECIAL = [NAN, INF, -INF, 0, 1, -1];
const POSITIVE: Range = [0.3, 2];

const unary = (range: Range, ...further: OperatorCase[]): OperatorCase[] => [
  { name: 'odd sizes', inputs: [noise([3, 5, 7], range)] },
  { name: 'scalar', inputs: [noise([], range)] },
  { name: 'batch of one', inputs: [noise([1, 6], range)] },
  { name: 'more than one workgroup', inputs: [noise([1031], range)] },
  { name: 'empty', inputs: [noise([0, 3])] },
  { name: 'NaN and infinities', inputs: [floats([6], SPECIAL)] },
  ...further,
];

const shapes: [name: string, a: number[], b: number[]][] = [
  ['same shapes, odd', [3, 5], [3, 5]],
  ['scalar on the right', [2, 3], []],
  ['scalar on the left', [], [2, 3]],
  ['bias row', [4, 7], [7]],
  ['row on the left', [7], [4, 7]],
  ['column and row', [4, 1], [3]],
  ['inner axis stretched', [2, 3, 4], [3, 1]],
  ['both stretched, rank 4', [2, 1, 3, 1], [5, 1, 2]],
  ['batch of one', [1, 5], [5]],
  ['more than one workgroup', [37, 31], [31]],
  ['empty', [0, 3], [3]],
];
const binary = (a: Range, b: Range, ...further: OperatorCase[]): OperatorCase[] => [
  ...shapes.map(([name, left, right]) => ({ name, inputs: [noise(left, a), noise(right, b, 1)] })),
  ...further,
];
/** All pairs. */
const pairs: OperatorCase = {
  name: 'NaN and infinities',
  inputs: [floats([SPECIAL.length, 1], SPECIAL), floats([SPECIAL.length], SPECIAL)],
};
const ties = (expected: number[]): OperatorCase => ({
  name: 'ties',
  inputs: [floats([3], [1, -2, 0]), floats([3], [1, -2, 1])],
  expected,
  smooth: false,
});
const byHand = (x: number[], expected: number[]): OperatorCase => ({
  name: 'by hand',
  inputs: [floats([x.length], x)],
  expected,
  smooth: false,
});
const condition = (shape: number[]) => {
  const { data } = noise(shape);
  return fixed(
    floats(
      shape,
      Array.from(data, (x) => (x > 0 ? 1 : 0)),
    ),
  );
};

export const elementwise = {
  negate: unary([-1, 1], byHand([1, -2, 0], [-1, 2, 0])),
  exp: unary([-3, 3], byHand([0, 1, -1], [1, Math.E, 1 / Math.E]), {
    name: 'overflow and underflow',
    inputs: [floats([4], [100, -110, 88, -80])],
    smooth: false,
  }),
  log: unary(POSITIVE, byHand([1, 10, Math.E], [0, Math.LN10, 1])),
  sqrt: unary(POSITIVE, byHand([4, 2, 0], [2, Math.SQRT2, 0])),
  abs: unary([-1, 1], byHand([-2, 3, 0], [2, 3, 0])),
  sign: unary([-1, 1], byHand([-2, 3, 0], [-1, 1, 0])),
  floor: unary([-3, 3], byHand([-1.5, 1.5, 2, -2], [-2, 1, 2, -2])),
  relu: unary([-1, 1], byHand([-1, 0, 2], [0, 0, 2])),
  sigmoid: unary([-3, 3], byHand([0, Math.log(3), -Math.log(3)], [0.5, 0.75, 0.25]), {
    name: 'saturated',
    inputs: [floats([4], [90, -90, 200, -200])],
    expected: [1, 0, 1, 0],
  }),
  tanh: unary([-2, 2], byHand([0, Math.log(2), -Math.log(2)], [0, 0.6, -0.6]), {
    name: 'saturated',
    inputs: [floats([4], [20, -20, 200, -200])],
    expected: [1, -1, 1, -1],
  }),
  // Abramowitz and Stegun, table 7.1
  erf: unary(
    [-3, 3],
    byHand([0, 0.5, 1, -1, 2, 6], [0, 0.5204998778, 0.8427007929, -0.8427007929, 0.995322265, 1]),
  ),
  sin: unary([-7, 7], byHand([0, Math.PI / 2, Math.PI / 6], [0, 1, 0.5])),
  cos: unary([-7, 7], byHand([0, Math.PI / 2, Math.PI / 3], [1, 0, 0.5])),
  cast: [
    {
      name: 'to whole numbers, towards zero',
      inputs: [floats([2, 3], [1.9, -1.9, 0.5, -0.5, 3, -7])],
      attributes: { to: 'int32' },
      expected: [1, -1, 0, 0, 3, -7],
      smooth: false,
    },
    {
      name: 'from whole numbers',
      inputs: [ints([3], [-2, 0, 70_000])],
      attributes: { to: 'float32' },
      expected: [-2, 0, 70_000],
    },
    { name: 'to what it is', inputs: [noise([5])], attributes: { to: 'float32' } },
    { name: 'scalar', inputs: [ints([], [5])], attributes: { to: 'float32' }, expected: [5] },
    { name: 'empty', inputs: [ints([0, 2], [])], attributes: { to: 'float32' } },
    { name: 'NaN and infinities', inputs: [floats([3], [NAN, INF, -INF])], attributes: { to: 'float32' } },
  ],
  add: binary([-1, 1], [-1, 1], pairs),
  subtract: binary([-1, 1], [-1, 1], pairs),
  multiply: binary([-1, 1], [-1, 1], pairs),
  divide: binary([-1, 1], POSITIVE, pairs),
  maximum: binary([-1, 1], [-1, 1], pairs, ties([1, -2, 1])),
  minimum: binary([-1, 1], [-1, 1], pairs, ties([1, -2, 0])),
  power: binary(
    POSITIVE,
    [-2, 2],
    {
      name: 'negative bases',
      inputs: [floats([4], [-2, -2, -8, -1]), floats([4], [2, 3, 1 / 3, -1])],
      expected: [4, -8, NAN, -1],
      smooth: false,
    },
    {
      name: 'zeros',
      inputs: [floats([4], [0, 0, 3, 0]), floats([4], [2, 0, 0, 1])],
      expected: [0, 1, 1, 0],
      smooth: false,
    },
    // 1 and −1 to the power of NaN or ∞ are left out: IEEE 754 and ECMAScript differ there.
    {
      name: 'NaN and infinities',
      inputs: [floats([6], [NAN, INF, INF, 2, 2, 2]), floats([6], [2, -1, 2, NAN, INF, -INF])],
      expected: [NAN, 0, INF, NAN, INF, 0],
    },
  ),
  greater: binary([-1, 1], [-1, 1], pairs, ties([0, 0, 0])),
  equal: binary([-1, 1], [-1, 1], pairs, ties([1, 1, 0])),
  select: [
    { name: 'same shapes, odd', inputs: [condition([3, 5]), noise([3, 5]), noise([3, 5], [1, 2])] },
    { name: 'condition stretched', inputs: [condition([4, 1]), noise([4, 7]), noise([4, 7], [1, 2])] },
    { name: 'all three stretched', inputs: [condition([3, 1, 1]), noise([2, 1]), noise([5])] },
    { name: 'scalars', inputs: [condition([6]), noise([]), floats([], [9])] },
    { name: 'batch of one', inputs: [condition([1, 4]), noise([1, 4]), noise([4])] },
    { name: 'empty', inputs: [condition([0, 2]), noise([2]), noise([])] },
    {
      name: 'any number but zero is true',
      inputs: [fixed(floats([4], [0.1, -3, 0, -0])), floats([4], [1, 2, 3, 4]), floats([], [9])],
      expected: [1, 2, 9, 9],
    },
    {
      name: 'NaN and infinities',
      inputs: [
        fixed(floats([4], [1, 0, 1, 0])),
        floats([4], [INF, NAN, NAN, 1]),
        floats([4], [NAN, 2, 3, -INF]),
      ],
      expected: [INF, 2, NAN, -INF],
    },
    {
      name: 'NaN as the condition is true',
      inputs: [fixed(floats([2], [NAN, INF])), floats([2], [1, 2]), floats([], [9])],
      expected: [1, 2],
    },
  ],
} satisfies CaseFamily;
