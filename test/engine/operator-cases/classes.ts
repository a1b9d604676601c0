/** Classes and chance: softmax, cross-entropy, one-hot, random numbers. */
import { type CaseFamily, floats, INF, ints, NAN, noise, type OperatorCase } from './operator-case.ts';

type LossCase = [name: string, batch: number, classes: number];
const lossCases: LossCase[] = [
  ['odd sizes', 5, 7],
  ['batch of one', 1, 3],
  ['one class', 3, 1],
  ['more than one workgroup', 70, 33],
  ['empty', 0, 3],
];
const labels = (batch: number, classes: number) =>
  ints(
    [batch],
    Array.from({ length: batch }, (_, i) => (i * 5) % classes),
  );
type Special = [name: string, logits: number[], labels: number[]];
const specials: Special[] = [
  ['large numbers', [1000, 999, -1000, -1000, 5, 1000], [1, 2]],
  ['masked', [-INF, 0, 1, 2, -INF, -INF], [1, 0]],
  ['masked, and yet the label', [-INF, 0, 1, 2, 3, 4], [0, 1]],
  ['NaN and infinities', [NAN, 0, 1, INF, 0, 1, -INF, -INF, -INF, 1, 2, 3], [1, 1, 0, 2]],
];
const special = ([name, logits, labels]: Special) => ({
  name,
  inputs: [floats([labels.length, 3], logits), ints([labels.length], labels)],
  smooth: false,
});

const uniform = (name: string, shape: number[], seed: number, step: number): OperatorCase => ({
  name,
  inputs: [ints([], [step])],
  attributes: { shape, seed },
  exact: true,
});

export const classes = {
  softmax: [
    { name: 'odd sizes', inputs: [noise([5, 7], [-3, 3])] },
    { name: 'vector', inputs: [noise([6])] },
    { name: 'rank 4', inputs: [noise([2, 3, 2, 5])] },
    { name: 'long rows', inputs: [noise([3, 517])] },
    { name: 'many rows', inputs: [noise([140, 3])] },
    { name: 'one class', inputs: [noise([3, 1])], expected: [1, 1, 1] },
    { name: 'batch of one', inputs: [noise([1, 4])] },
    {
      name: 'large numbers',
      inputs: [floats([2, 2], [1000, 1000, 1000, -1000])],
      expected: [0.5, 0.5, 1, 0],
    },
    {
      name: 'masked',
      inputs: [floats([2, 3], [0, -INF, 0, -INF, 5, -INF])],
      expected: [0.5, 0, 0.5, 0, 1, 0],
    },
    { name: 'empty', inputs: [noise([0, 3])] },
    { name: 'NaN and infinities', inputs: [floats([3, 3], [NAN, 0, 1, INF, 0, 1, 1, 2, 3])] },
  ],
  softmaxCrossEntropy: [
    ...lossCases.map(([name, batch, count]) => ({
      name,
      inputs: [noise([batch, count], [-3, 3]), labels(batch, count)],
    })),
    {
      name: 'by hand',
      inputs: [floats([2, 2], [0, Math.log(3), 5, 5]), ints([2], [1, 0])],
      expected: [Math.log(4 / 3), Math.log(2)],
    },
    ...specials.map(special),
  ],
  softmaxCrossEntropyGradient: [
    ...lossCases.map(([name, batch, count]) => ({
      name,
      inputs: [noise([batch, count], [-3, 3]), labels(batch, count), noise([batch], [0.5, 2])],
    })),
    {
      name: 'by hand',
      inputs: [floats([2, 2], [0, Math.log(3), 5, 5]), ints([2], [1, 0]), floats([2], [4, 2])],
      expected: [1, -1, -1, 1],
    },
    ...specials
      .map(special)
      .map((one) => ({ ...one, inputs: [...one.inputs, noise([one.inputs[1]!.data.length])] })),
  ],
  oneHot: [
    {
      name: 'vector',
      inputs: [ints([3], [2, 0, 1])],
      attributes: { depth: 3 },
      expected: [0, 0, 1, 1, 0, 0, 0, 1, 0],
    },
    { name: 'matrix', inputs: [ints([2, 2], [4, 0, 3, 3])], attributes: { depth: 5 } },
    { name: 'one', inputs: [ints([], [1])], attributes: { depth: 3 }, expected: [0, 1, 0] },
    { name: 'one class, batch of one', inputs: [ints([1], [0])], attributes: { depth: 1 }, expected: [1] },
    { name: 'more than one workgroup', inputs: [labels(90, 11)], attributes: { depth: 11 } },
    { name: 'empty', inputs: [ints([0], [])], attributes: { depth: 3 } },
  ],
  randomUniform: [
    uniform('many', [1031], 3, 5),
    uniform('another step', [37], 3, 6),
    uniform('another seed', [37], 4, 5),
    uniform('a large seed and step', [5, 7], 4_000_000_000, 2_000_000_000),
    uniform('below zero', [5, 7], -3, -5),
    uniform('one', [], 3, 5),
    uniform('batch of one', [1, 3], 3, 0),
    uniform('empty', [0, 3], 3, 5),
  ],
} satisfies CaseFamily;
