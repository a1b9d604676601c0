/** Reductions over each set of axes, and matrix products in every form of batch and transpose. */
import { beginning, type CaseFamily, floats, INF, NAN, noise, type OperatorCase } from './operator-case.ts';

const reduction = (...further: OperatorCase[]): OperatorCase[] => [
  { name: 'last axis', inputs: [noise([3, 5])], attributes: { axes: [1] } },
  { name: 'first axis', inputs: [noise([5, 3])], attributes: { axes: [0] } },
  { name: 'middle axis, kept', inputs: [noise([2, 7, 3])], attributes: { axes: [1], keepDims: true } },
  { name: 'outer axes, out of order', inputs: [noise([3, 4, 5])], attributes: { axes: [2, 0] } },
  { name: 'all but channels', inputs: [noise([2, 3, 3, 5])], attributes: { axes: [0, 1, 2] } },
  { name: 'all axes', inputs: [noise([3, 7])], attributes: { axes: [0, 1] } },
  { name: 'no axes', inputs: [noise([2, 3])], attributes: { axes: [] } },
  { name: 'scalar', inputs: [noise([])], attributes: { axes: [] } },
  { name: 'batch of one', inputs: [noise([1, 6])], attributes: { axes: [0] } },
  { name: 'more than one workgroup', inputs: [noise([2053])], attributes: { axes: [0] } },
  { name: 'many long rows', inputs: [noise([35, 131])], attributes: { axes: [1] } },
  { name: 'many long columns', inputs: [noise([131, 35])], attributes: { axes: [0] } },
  { name: 'no rows left', inputs: [noise([0, 3])], attributes: { axes: [1] } },
  {
    name: 'NaN and infinities',
    inputs: [floats([5, 3], [NAN, 1, 2, INF, 1, 2, -INF, 1, 2, INF, -INF, 0, -INF, -INF, -INF])],
    attributes: { axes: [1] },
  },
  ...further,
];
const ofNothing = (expected: number): OperatorCase => ({
  name: 'empty: of nothing',
  inputs: [noise([2, 0])],
  attributes: { axes: [1] },
  expected: [expected, expected],
});
const byHand = (expected: number[]): OperatorCase => ({
  name: 'by hand',
  inputs: [floats([2, 3], [1, 2, 3, 4, 5, 6])],
  attributes: { axes: [1] },
  expected,
});

const product = (
  name: string,
  a: number[],
  b: number[],
  attributes: { transposeA?: boolean; transposeB?: boolean } = {},
): OperatorCase => ({ name, inputs: [noise(a), noise(b, [-1, 1], 1)], attributes });

export const reductions = {
  sum: reduction(byHand([6, 15]), ofNothing(0)),
  mean: reduction(byHand([2, 5]), ofNothing(NAN)),
  max: reduction(byHand([3, 6]), ofNothing(-INF), {
    name: 'ties',
    inputs: [floats([2, 3], [1, 1, 0, -1, -1, -1])],
    attributes: { axes: [1] },
    expected: [1, -1],
    smooth: false,
  }),
  matmul: [
    product('odd sizes', [3, 5], [5, 7]),
    product('batches, both transposed', [2, 5, 3], [2, 7, 5], { transposeA: true, transposeB: true }),
    product('one matrix for a batch', [4, 3, 5], [5, 2]),
    product('broadcasting both, first transposed', [2, 1, 5, 3], [3, 5, 4], { transposeA: true }),
    product('batch of one', [1, 33], [33, 10]),
    product('one column', [9, 17], [17, 1]),
    product('one by one', [1, 1], [1, 1]),
    product('outer product', [6, 1], [1, 5]),
    product('beyond one tile', [37, 19], [19, 70]),
    product('beyond one tile, first transposed', [67, 35], [67, 33], { transposeA: true }),
    product('beyond one tile, second transposed', [34, 66], [65, 66], { transposeB: true }),
    product('full tiles', [64, 32], [32, 64]),
    product('full tiles, both transposed', [32, 64], [48, 32], { transposeA: true, transposeB: true }),
    product('one matrix for a batch, transposed', [4, 3, 5], [2, 5], { transposeB: true }),
    product('a batch for one matrix', [3, 5], [4, 5, 2]),
    product('broadcasting a batch of one', [1, 6, 8], [3, 8, 4]),
    product('empty batch', [0, 3], [3, 4]),
    product('empty batch of matrices', [0, 2, 3], [3, 4]),
    product('sums of nothing', [2, 0], [0, 3]),
    {
      name: 'by hand',
      inputs: [floats([2, 3], [1, 2, 3, 4, 5, 6]), floats([3, 2], [1, 0, 0, 1, 1, 1])],
      expected: [4, 5, 10, 11],
    },
    {
      name: 'NaN and infinities',
      inputs: [
        beginning(noise([5, 6]), [NAN, 1, 1, 1, 1, 1, INF, 1, 1, 1, 1, 1]),
        beginning(noise([6, 9], [0.5, 1]), [0]),
      ],
    },
  ],
} satisfies CaseFamily;
