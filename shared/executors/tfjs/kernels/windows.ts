/**
 * Convolutions, pools and resizing. Where a backend's own kernel is missing or wrong (every gradient of a dilated
 * convolution, a depthwise one and an average pool; on WASM also those of convolutions and maximum pools), it is composed
 * of forward kernels, which are right on all of them.
 */
import type { Tensor4D } from '@tensorflow/tfjs';
import type { Attributes, Shape } from '../../../graph/graph.ts';
import { type Operator, sizeOf } from '../../../graph/operator.ts';
import type { ConvAttributes } from '../../../graph/operators/conv2d.ts';
import { maxPool2dGradient } from '../../../graph/operators/max-pool2d-gradient.ts';
import { type ResizeMethod, sourcesAlong } from '../../../graph/operators/resize2d.ts';
import { type Pair, tapsSeen, type Windows, windowsOver } from '../../../graph/window.ts';
import type { Kernels, Tensor, TensorFlow } from './kernel.ts';

export const windows = {
  conv2d: (tf, [x, kernel], attributes) => convolve(tf, x!, kernel!, attributes),
  conv2dInputGradient(tf, [dy, kernel], attributes, { shape }) {
    const { strides, padding, dilations } = attributes;
    if (tf.getBackend() !== 'wasm' && areOne(dilations)) {
      return tf.conv2dTranspose(of4(dy!), of4(kernel!), four(shape), [...strides], padding);
    }
    const spread = spreadToInput(
      tf,
      dy!,
      windowsOver('conv2dInputGradient', shape, kernel!.shape, attributes),
    );
    const turned = tf.transpose(tf.reverse(kernel!, [0, 1]), [0, 1, 3, 2]);
    return convolve(tf, spread, turned, { strides: [1, 1], padding: 'valid', dilations });
  },
  conv2dKernelGradient(tf, [x, dy], attributes, { shape }) {
    const { strides, padding, dilations } = attributes;
    if (x!.size === 0) return tf.zeros([...shape]);
    if (tf.getBackend() !== 'wasm' && areOne(dilations)) {
      const options = { strides: [...strides], pad: padding, dataFormat: 'NHWC', filterShape: [...shape] };
      return tf.engine().runKernel('Conv2DBackpropFilter', { x: x!, dy: dy! }, options);
    }
    // dy moves over x as a filter as large as the output, with the batch for its channels, strides and dilations swapped.
    const padded = padToReach(tf, x!, windowsOver('conv2dKernelGradient', x!.shape, shape, attributes));
    const sums = convolve(tf, tf.transpose(padded, [3, 1, 2, 0]), tf.transpose(dy!, [1, 2, 0, 3]), {
      strides: dilations,
      padding: 'valid',
      dilations: strides,
    });
    return tf.transpose(sums, [1, 2, 0, 3]);
  },
  depthwiseConv2d: (tf, [x, kernel], attributes) => convolveDepthwise(tf, x!, kernel!, attributes),
  depthwiseConv2dInputGradient(tf, [dy, kernel], attributes, { shape }) {
    const [height, width, channels, multiplier] = four(kernel!.shape);
    const over = windowsOver('depthwiseConv2dInputGradient', shape, kernel!.shape, attributes);
    const options = { strides: [1, 1], padding: 'valid', dilations: over.dilations } as const;
    const turned = tf.reverse(kernel!, [0, 1]);
    const outputs = tf.reshape(dy!, [-1, channels, multiplier]);
    const parts = Array.from({ length: multiplier }, (_, m) => {
      const part = tf.reshape(tf.slice(outputs, [0, 0, m], [-1, -1, 1]), [
        ...dy!.shape.slice(0, 3),
        channels,
      ]);
      const own = tf.slice(turned, [0, 0, 0, m], [height, width, channels, 1]);
      return convolveDepthwise(tf, spreadToInput(tf, part, over), own, options);
    });
    return tf.addN(parts);
  },
  depthwiseConv2dKernelGradient(tf, [x, dy], attributes, { shape }) {
    if (x!.size === 0) return tf.zeros([...shape]);
    const [, , channels, multiplier] = four(shape);
    const over = windowsOver('depthwiseConv2dKernelGradient', x!.shape, shape, attributes);
    const { batch, size, strides, dilations, outHeight, outWidth } = over;
    const padded = padToReach(tf, x!, over);
    const given = tf.reshape(dy!, [-1, channels, multiplier]);
    const taps = Array.from({ length: size[0] * size[1] }, (_, tap) => {
      const row = Math.floor(tap / size[1]) * dilations[0];
      const column = (tap % size[1]) * dilations[1];
      const end = [
        batch,
        row + (outHeight - 1) * strides[0] + 1,
        column + (outWidth - 1) * strides[1] + 1,
        channels,
      ];
      const seen = tf.stridedSlice(padded, [0, row, column, 0], end, [1, ...strides, 1]);
      return tf.sum(tf.mul(tf.reshape(seen, [-1, channels, 1]), given), 0);
    });
    return tf.reshape(tf.stack(taps), [...shape]);
  },
  maxPool2d(tf, [x], { size, strides, padding }) {
    const pool = (x: Tensor) => tf.maxPool(of4(x), [...size], [...strides], padding);
    // Backends pass over NaN.
    const spoilt = tf.greater(pool(tf.cast(tf.isNaN(x!), 'float32')), 0);
    return tf.where(spoilt, Number.NaN, pool(x!));
  },
  maxPool2dGradient(tf, [x, y, dy], attributes, { shape }) {
    if (onHost(tf)) return fromReference(tf, maxPool2dGradient, [x!, y!, dy!], attributes, shape);
    const { size, strides, padding } = attributes;
    const options = { filterSize: [...size], strides: [...strides], pad: padding };
    return tf.engine().runKernel('MaxPoolGrad', { dy: dy!, input: x!, output: y! }, options);
  },
  averagePool2d: (tf, [x], { size, strides, padding }) =>
    tf.avgPool(of4(x!), [...size], [...strides], padding),
  averagePool2dGradient(tf, [dy], attributes, { shape }) {
    const { size } = attributes;
    const over = windowsOver('averagePool2dGradient', shape, size, attributes);
    const seen = tf.tensor(Float32Array.from(tapsSeen(over)), [1, over.outHeight, over.outWidth, 1]);
    const means = tf.avgPool(of4(spreadToInput(tf, tf.div(dy!, seen), over)), [...size], 1, 'valid');
    return tf.mul(means, size[0] * size[1]);
  },
  resize2d(tf, [x], { height, width, method }) {
    if (method === 'bilinear') return tf.image.resizeBilinear(of4(x!), [height, width], false, true);
    const from = (size: number, out: number) =>
      tf.tensor1d(
        Int32Array.from(sourcesAlong(size, out, method), (source) => source.from),
        'int32',
      );
    const rows = tf.gather(x!, from(x!.shape[1]!, height), 1);
    return tf.gather(rows, from(x!.shape[2]!, width), 2);
  },
  resize2dGradient(tf, [dy], { method }, { shape }) {
    const [batch, height, width, channels] = four(shape);
    const [, outHeight, outWidth] = four(dy!.shape);
    const byRow = tf.reshape(tf.transpose(dy!, [1, 0, 2, 3]), [outHeight, -1]);
    const rows = tf.reshape(giveBack(tf, byRow, height, method), [height, batch, outWidth, channels]);
    const byColumn = tf.reshape(tf.transpose(rows, [2, 1, 0, 3]), [outWidth, -1]);
    const columns = tf.reshape(giveBack(tf, byColumn, width, method), [width, batch, height, channels]);
    return tf.transpose(columns, [1, 2, 0, 3]);
  },
} satisfies Partial<Kernels>;

/** TensorFlow.js refuses strides together with dilations; then the kernel is spread with zeros instead. */
function convolve(tf: TensorFlow, x: Tensor, kernel: Tensor, attributes: ConvAttributes): Tensor {
  const { strides, padding, dilations } = attributes;
  if (areOne(strides) || areOne(dilations)) {
    return tf.conv2d(of4(x), of4(kernel), [...strides], padding, 'NHWC', [...dilations]);
  }
  return tf.conv2d(of4(x), of4(spreadKernel(tf, kernel, dilations)), [...strides], padding);
}

/** libtensorflow's kernel for the CPU knows no dilations. */
function convolveDepthwise(tf: TensorFlow, x: Tensor, kernel: Tensor, attributes: ConvAttributes): Tensor {
  const { strides, padding, dilations } = attributes;
  if (areOne(dilations) || (areOne(strides) && tf.getBackend() !== 'tensorflow')) {
    return tf.depthwiseConv2d(of4(x), of4(kernel), [...strides], padding, 'NHWC', [...dilations]);
  }
  return tf.depthwiseConv2d(of4(x), of4(spreadKernel(tf, kernel, dilations)), [...strides], padding);
}

function spreadKernel(tf: TensorFlow, kernel: Tensor, dilations: Pair): Tensor {
  const [height, width, inputs, outputs] = four(kernel.shape);
  const image = spread(tf, tf.reshape(kernel, [1, height, width, inputs * outputs]), dilations);
  return tf.reshape(image, [image.shape[1]!, image.shape[2]!, inputs, outputs]);
}

/** Images with zeros in between, so that neighbours come to lie `apart`. */
function spread(tf: TensorFlow, x: Tensor, apart: Pair): Tensor {
  if (areOne(apart)) return x;
  const [batch, height, width, channels] = four(x.shape);
  const [tall, wide] = [height * apart[0], width * apart[1]];
  const rows = tf.pad(tf.reshape(x, [batch, height, 1, width * channels]), after(apart[0] - 1));
  const columns = tf.pad(tf.reshape(rows, [batch * tall, width, 1, channels]), after(apart[1] - 1));
  const whole = tf.reshape(columns, [batch, tall, wide, channels]);
  return tf.slice(whole, [0, 0, 0, 0], [batch, tall - apart[0] + 1, wide - apart[1] + 1, channels]);
}
const after = (zeros: number): [number, number][] => [
  [0, 0],
  [0, 0],
  [0, zeros],
  [0, 0],
];

/**
 * dy, spread by the strides and padded, so that the kernel turned by half a turn, moved over it without strides or padding,
 * gives the gradient by the input.
 */
function spreadToInput(tf: TensorFlow, dy: Tensor, over: Windows): Tensor {
  const { height, width, size, strides, dilations, outHeight, outWidth, top, left } = over;
  const along = (input: number, axis: 0 | 1, out: number, before: number): [number, number] => [
    (size[axis] - 1) * dilations[axis] - before,
    input - 1 - (out - 1) * strides[axis] + before,
  ];
  return padSides(
    tf,
    spread(tf, dy, strides),
    along(height, 0, outHeight, top),
    along(width, 1, outWidth, left),
  );
}

/** x with its padding, and cut off behind what the last window reaches. */
function padToReach(tf: TensorFlow, x: Tensor, over: Windows): Tensor {
  const { batch, height, width, size, strides, dilations, outHeight, outWidth, top, left } = over;
  const reach = (axis: 0 | 1, out: number) =>
    (out - 1) * strides[axis] + (size[axis] - 1) * dilations[axis] + 1;
  const [tall, wide] = [reach(0, outHeight), reach(1, outWidth)];
  const bottom = Math.max(tall - top - height, 0);
  const right = Math.max(wide - left - width, 0);
  const padded = padSides(tf, x, [top, bottom], [left, right]);
  return tf.slice(padded, [0, 0, 0, 0], [batch, tall, wide, x.shape[3]!]);
}

const padSides = (tf: TensorFlow, x: Tensor, rows: [number, number], columns: [number, number]): Tensor =>
  tf.pad(x, [[0, 0], rows, columns, [0, 0]]);

/** [out, n] → [size, n]: each row back to those it came from, in their shares. */
function giveBack(tf: TensorFlow, dy: Tensor, size: number, method: ResizeMethod): Tensor {
  const [out, n] = dy.shape as [number, number];
  const sources = sourcesAlong(size, out, method);
  const to = (rows: readonly number[], part: Tensor) =>
    tf.scatterND(tf.tensor2d(Int32Array.from(rows), [out, 1], 'int32'), part, [size, n]);
  const first = sources.map(({ from }) => from);
  if (method === 'nearest') return to(first, dy);
  const second = sources.map(({ next }) => next);
  const weights = tf.tensor2d(
    Float32Array.from(sources, ({ weight }) => weight),
    [out, 1],
  );
  return tf.add(to(first, tf.mul(dy, tf.sub(1, weights))), to(second, tf.mul(dy, weights)));
}

/** Backends whose tensors lie in the host's memory, where reading them costs nothing. */
const onHost = (tf: TensorFlow): boolean => ['cpu', 'wasm'].includes(tf.getBackend());

function fromReference<A extends Attributes>(
  tf: TensorFlow,
  operator: Pick<Operator<3, A>, 'reference'>,
  inputs: readonly Tensor[],
  attributes: A,
  shape: Shape,
): Tensor {
  const out = { shape, data: new Float32Array(sizeOf(shape)) };
  const values = inputs.map((input) => ({ shape: input.shape, data: input.dataSync<'float32'>() }));
  operator.reference(values, attributes, out);
  return tf.tensor(out.data, [...shape]);
}

const areOne = (pair: Pair): boolean => pair[0] === 1 && pair[1] === 1;
const of4 = (x: Tensor): Tensor4D => x as Tensor4D;
const four = (shape: Shape) => shape as [number, number, number, number];
