/** For tests: each operator over windows with what is easily got wrong: overlaps, odd sizes, strides, dilations, empty batches. */
import type { Attributes, Shape, TensorValue } from './graph.ts';
import { sizeOf } from './operator.ts';
import type { ConvAttributes } from './operators/conv2d.ts';
import { maxPool2d, type PoolAttributes } from './operators/max-pool2d.ts';
import { createRandom } from './random.ts';
import type { Padding, Pair } from './window.ts';

export interface WindowCase {
  op: string;
  inputs: readonly Shape[];
  attributes: Attributes;
}

/** `x` and `kernel` of a convolution, and the shape of what it gives. */
interface Conv {
  x: Shape;
  kernel: Shape;
  y: Shape;
  depthwise?: boolean;
  options: ConvAttributes;
}
interface Pool {
  x: Shape;
  y: Shape;
  attributes: PoolAttributes;
}

const options = (strides: Pair, padding: Padding, dilations: Pair = [1, 1]): ConvAttributes => ({
  strides,
  padding,
  dilations,
});

const convs: readonly Conv[] = [
  { x: [2, 5, 6, 3], kernel: [3, 3, 3, 4], y: [2, 5, 6, 4], options: options([1, 1], 'same') },
  { x: [2, 7, 6, 2], kernel: [3, 2, 2, 3], y: [2, 3, 3, 3], options: options([2, 2], 'valid') },
  { x: [1, 6, 5, 2], kernel: [3, 4, 2, 3], y: [1, 3, 2, 3], options: options([2, 3], 'same') },
  { x: [1, 5, 5, 2], kernel: [1, 1, 2, 3], y: [1, 2, 2, 3], options: options([3, 3], 'same') },
  { x: [2, 7, 8, 2], kernel: [3, 3, 2, 2], y: [2, 7, 8, 2], options: options([1, 1], 'same', [2, 3]) },
  { x: [1, 9, 9, 1], kernel: [3, 2, 1, 2], y: [1, 3, 4, 2], options: options([2, 2], 'valid', [2, 1]) },
  { x: [0, 5, 5, 2], kernel: [3, 3, 2, 3], y: [0, 3, 3, 3], options: options([1, 1], 'valid') },
  {
    x: [2, 5, 6, 3],
    kernel: [3, 3, 3, 1],
    y: [2, 5, 6, 3],
    depthwise: true,
    options: options([1, 1], 'same'),
  },
  {
    x: [2, 7, 6, 2],
    kernel: [3, 2, 2, 3],
    y: [2, 4, 3, 6],
    depthwise: true,
    options: options([2, 2], 'same'),
  },
  {
    x: [1, 7, 7, 2],
    kernel: [2, 3, 2, 2],
    y: [1, 5, 3, 4],
    depthwise: true,
    options: options([1, 1], 'valid', [2, 2]),
  },
  {
    x: [1, 9, 8, 2],
    kernel: [3, 2, 2, 1],
    y: [1, 5, 4, 2],
    depthwise: true,
    options: options([2, 2], 'same', [2, 3]),
  },
  {
    x: [0, 4, 4, 2],
    kernel: [2, 2, 2, 1],
    y: [0, 4, 4, 2],
    depthwise: true,
    options: options([1, 1], 'same'),
  },
];

const pools: readonly Pool[] = [
  { x: [2, 6, 4, 3], y: [2, 3, 2, 3], attributes: { size: [2, 2], strides: [2, 2], padding: 'valid' } },
  { x: [2, 5, 7, 2], y: [2, 3, 4, 2], attributes: { size: [3, 3], strides: [2, 2], padding: 'same' } },
  { x: [1, 6, 6, 2], y: [1, 4, 5, 2], attributes: { size: [3, 2], strides: [1, 1], padding: 'valid' } },
  { x: [1, 5, 4, 1], y: [1, 2, 2, 1], attributes: { size: [1, 2], strides: [3, 2], padding: 'same' } },
  { x: [0, 4, 4, 2], y: [0, 2, 2, 2], attributes: { size: [2, 2], strides: [2, 2], padding: 'valid' } },
];

const sizes: readonly (readonly [from: Shape, to: Shape])[] = [
  [
    [2, 3, 4, 2],
    [2, 6, 8, 2],
  ],
  [
    [1, 5, 3, 2],
    [1, 4, 7, 2],
  ],
  [
    [2, 7, 6, 1],
    [2, 3, 1, 1],
  ],
  [
    [0, 2, 2, 1],
    [0, 3, 3, 1],
  ],
];

export const windowCases: readonly WindowCase[] = [
  ...convs.flatMap(({ x, kernel, y, depthwise, options }): WindowCase[] => {
    const op = depthwise ? 'depthwiseConv2d' : 'conv2d';
    return [
      { op, inputs: [x, kernel], attributes: options },
      { op: `${op}InputGradient`, inputs: [y, kernel], attributes: { ...options, inputShape: x } },
      { op: `${op}KernelGradient`, inputs: [x, y], attributes: { ...options, kernelShape: kernel } },
    ];
  }),
  ...pools.flatMap(({ x, y, attributes }): WindowCase[] => [
    { op: 'maxPool2d', inputs: [x], attributes },
    { op: 'maxPool2dGradient', inputs: [x, y, y], attributes },
    { op: 'averagePool2d', inputs: [x], attributes },
    { op: 'averagePool2dGradient', inputs: [y], attributes: { ...attributes, inputShape: x } },
  ]),
  ...sizes.flatMap(([from, to]): WindowCase[] =>
    (['nearest', 'bilinear'] as const).flatMap((method): WindowCase[] => [
      { op: 'resize2d', inputs: [from], attributes: { method, height: to[1]!, width: to[2]! } },
      { op: 'resize2dGradient', inputs: [to], attributes: { method, inputShape: from } },
    ]),
  ),
];

/** Seeded values for the inputs of a case, in [-1, 1); what is to be a pool's output is that. */
export function caseValues<D extends Float32Array | Float64Array>(
  { op, inputs, attributes }: WindowCase,
  create: (size: number) => D,
): TensorValue<D>[] {
  const random = createRandom(7);
  const values = inputs.map((shape) => {
    const data = create(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = 2 * random() - 1;
    return { shape, data };
  });
  if (op === 'maxPool2dGradient') maxPool2d.reference(values, attributes as PoolAttributes, values[1]!);
  return values;
}
