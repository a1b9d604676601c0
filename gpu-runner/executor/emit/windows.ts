/**
 * Convolutions and pools. TensorFlow's kernels for the gradients know no dilation, and its depthwise ones neither dilation nor
 * strides that differ: a dilated convolution is an ordinary one whose kernel is spread with zeros.
 */
import type { Shape } from '../../../shared/graph/graph.ts';
import { sizeOf } from '../../../shared/graph/operator.ts';
import type { ConvAttributes } from '../../../shared/graph/operators/conv2d.ts';
import type { PoolAttributes } from '../../../shared/graph/operators/max-pool2d.ts';
import type { Pair, WindowAttributes } from '../../../shared/graph/window.ts';
import { windowAlong } from '../../../shared/graph/window.ts';
import { attr, type NodeAttributes } from '../graph-def.ts';
import { FLOAT, INT, type Scope, type Value } from '../scope.ts';
import type { Emitter } from './emitter.ts';
import { padded, reshaped, sliced } from './movement.ts';

const windowAttributes = ({ strides, padding }: WindowAttributes): NodeAttributes => ({
  T: FLOAT,
  strides: attr.ints([1, ...strides, 1]),
  padding: attr.text(padding.toUpperCase()),
});
const poolAttributes = (attributes: PoolAttributes): NodeAttributes => ({
  ...windowAttributes(attributes),
  ksize: attr.ints([1, ...attributes.size, 1]),
});

/** Zeros between the elements of two neighbouring axes, `axis` and the next: n become (n − 1) · step + 1. */
function spread(scope: Scope, value: Value, shape: Shape, axis: number, steps: Pair): [Value, Shape] {
  const [height, width] = [shape[axis]!, shape[axis + 1]!];
  if (steps.every((step) => step === 1)) return [value, shape];
  const before = shape.slice(0, axis);
  const after = shape.slice(axis + 2);
  const split = [...before, height, 1, width, 1, ...after];
  const zeros = split.map(() => 0);
  const behind = zeros.with(axis + 1, steps[0] - 1).with(axis + 3, steps[1] - 1);
  const wide = padded(scope, reshaped(scope, value, split), zeros, behind);
  const joined = [...before, height * steps[0], width * steps[1], ...after];
  const size = [...before, (height - 1) * steps[0] + 1, (width - 1) * steps[1] + 1, ...after];
  return [
    sliced(
      scope,
      reshaped(scope, wide, joined),
      size.map(() => 0),
      size,
    ),
    size,
  ];
}

/** The reverse: every `steps`-th element of two neighbouring axes. */
function thin(scope: Scope, value: Value, shape: Shape, axis: number, steps: Pair): Value {
  if (steps.every((step) => step === 1)) return value;
  const strides = shape
    .map(() => 1)
    .with(axis, steps[0])
    .with(axis + 1, steps[1]);
  const masks = ['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask'];
  return scope.add(
    'StridedSlice',
    [value, scope.ints(...shape.map(() => 0)), scope.ints(...shape), scope.ints(...strides)],
    { T: FLOAT, Index: INT, ...Object.fromEntries(masks.map((mask) => [mask, attr.int(0)])) },
  );
}

const spreadShape = (kernel: Shape, [height, width]: Pair): Shape => [
  (kernel[0]! - 1) * height + 1,
  (kernel[1]! - 1) * width + 1,
  ...kernel.slice(2),
];

const conv2d: Emitter<ConvAttributes> = ({ scope, inputs, attributes }) =>
  scope.add('Conv2D', inputs, {
    ...windowAttributes(attributes),
    dilations: attr.ints([1, ...attributes.dilations, 1]),
  });

const conv2dInputGradient: Emitter<ConvAttributes & { inputShape: Shape }> = (emission) => {
  const { scope, inputs, types, attributes } = emission;
  const [kernel] = spread(scope, inputs[1]!, types[1]!.shape, 0, attributes.dilations);
  const shape = scope.ints(...attributes.inputShape);
  return scope.add('Conv2DBackpropInput', [shape, kernel, inputs[0]!], windowAttributes(attributes));
};

const conv2dKernelGradient: Emitter<ConvAttributes & { kernelShape: Shape }> = ({
  scope,
  inputs,
  attributes,
}) => {
  const { dilations, kernelShape } = attributes;
  const wide = spreadShape(kernelShape, dilations);
  const gradient = scope.add(
    'Conv2DBackpropFilter',
    [inputs[0]!, scope.ints(...wide), inputs[1]!],
    windowAttributes(attributes),
  );
  return thin(scope, gradient, wide, 0, dilations);
};

/** What makes an image's strides equal: where they differ, padding is laid on beforehand, and steps of 1 are thinned out after. */
function depthwiseWindows(image: Shape, kernel: Shape, { strides, padding }: ConvAttributes) {
  const along = ([0, 1] as const).map((i) => windowAlong(image[i + 1]!, kernel[i]!, strides[i], padding));
  if (strides[0] === strides[1]) return null;
  const before = [0, along[0]!.before, along[1]!.before, 0];
  const after = ([0, 1] as const).map((i) =>
    Math.max((along[i]!.out - 1) * strides[i] + kernel[i]! - image[i + 1]! - along[i]!.before, 0),
  );
  return { before, after: [0, ...after, 0], out: along.map(({ out }) => out) };
}

const EVERY: WindowAttributes = { strides: [1, 1], padding: 'valid' };

/** Output of windows at every place, and where the wanted ones lie in it: the first of every `strides`. */
const depthwiseConv2d: Emitter<ConvAttributes> = ({ scope, inputs, types, attributes, node }) => {
  const image = types[0]!.shape;
  const [kernel, kernelShape] = spread(scope, inputs[1]!, types[1]!.shape, 0, attributes.dilations);
  const windows = depthwiseWindows(image, kernelShape, attributes);
  if (!windows) {
    return scope.add('DepthwiseConv2dNative', [inputs[0]!, kernel], windowAttributes(attributes));
  }
  const wide = padded(scope, inputs[0]!, windows.before, windows.after);
  const all = scope.add('DepthwiseConv2dNative', [wide, kernel], windowAttributes(EVERY));
  const places = everyPlace(image, kernelShape, windows, node.shape[3]!);
  return thin(scope, all, places, 1, attributes.strides);
};

type Windows = NonNullable<ReturnType<typeof depthwiseWindows>>;

const paddedShape = (image: Shape, { before, after }: Windows): Shape =>
  image.map((n, axis) => before[axis]! + n + after[axis]!);

const everyPlace = (image: Shape, kernel: Shape, windows: Windows, channels: number): Shape => {
  const [batch, height, width] = paddedShape(image, windows) as [number, number, number];
  return [batch, height - kernel[0]! + 1, width - kernel[1]! + 1, channels];
};

/** dy of some windows as dy of windows at every place: zeros between, and behind. */
function everyGradient(scope: Scope, dy: Value, shape: Shape, places: Shape, strides: Pair): Value {
  const [wide, size] = spread(scope, dy, shape, 1, strides);
  const behind = places.map((n, axis) => n - size[axis]!);
  return padded(scope, wide, [0, 0, 0, 0], behind);
}

const depthwiseConv2dInputGradient: Emitter<ConvAttributes & { inputShape: Shape }> = ({
  scope,
  inputs,
  types,
  attributes,
}) => {
  const { inputShape, strides, dilations } = attributes;
  const [kernel, kernelShape] = spread(scope, inputs[1]!, types[1]!.shape, 0, dilations);
  const windows = depthwiseWindows(inputShape, kernelShape, attributes);
  const gradient = (shape: Shape, dy: Value, over: WindowAttributes) =>
    scope.add(
      'DepthwiseConv2dNativeBackpropInput',
      [scope.ints(...shape), kernel, dy],
      windowAttributes(over),
    );
  if (!windows) return gradient(inputShape, inputs[0]!, attributes);
  const shape = types[0]!.shape;
  const places = everyPlace(inputShape, kernelShape, windows, shape[3]!);
  const dy = everyGradient(scope, inputs[0]!, shape, places, strides);
  return sliced(scope, gradient(paddedShape(inputShape, windows), dy, EVERY), windows.before, inputShape);
};

const depthwiseConv2dKernelGradient: Emitter<ConvAttributes & { kernelShape: Shape }> = ({
  scope,
  inputs,
  types,
  attributes,
}) => {
  const { kernelShape, strides, dilations } = attributes;
  const image = types[0]!.shape;
  // of an empty batch TensorFlow's kernel gives what happens to lie in memory
  if (image[0] === 0) return scope.constant('float32', kernelShape, new Float32Array(sizeOf(kernelShape)));
  const wide = spreadShape(kernelShape, dilations);
  const windows = depthwiseWindows(image, wide, attributes);
  const gradient = (x: Value, dy: Value, over: WindowAttributes) =>
    scope.add('DepthwiseConv2dNativeBackpropFilter', [x, scope.ints(...wide), dy], windowAttributes(over));
  const shape = types[1]!.shape;
  const found = windows
    ? gradient(
        padded(scope, inputs[0]!, windows.before, windows.after),
        everyGradient(scope, inputs[1]!, shape, everyPlace(image, wide, windows, shape[3]!), strides),
        EVERY,
      )
    : gradient(inputs[0]!, inputs[1]!, attributes);
  return thin(scope, found, wide, 0, dilations);
};

const maxPool2d: Emitter<PoolAttributes> = ({ scope, inputs, attributes }) =>
  scope.add('MaxPool', inputs, poolAttributes(attributes));

/**
 * Where the pool itself is not in the graph, oneDNN takes the first version of the gradient for its own, misses what the pool
 * would have left for it, and ends the process: that gets the second, which oneDNN does not know.
 */
const maxPool2dGradient: Emitter<PoolAttributes> = ({ scope, node, nodes, inputs, attributes }) => {
  const { size, strides, padding } = attributes;
  const pool = nodes[node.inputs[1]!]!;
  if (pool.op === 'maxPool2d' && pool.inputs[0] === node.inputs[0]) {
    return scope.add('MaxPoolGrad', inputs, poolAttributes(attributes));
  }
  return scope.add('MaxPoolGradV2', [...inputs, scope.ints(1, ...size, 1), scope.ints(1, ...strides, 1)], {
    T: FLOAT,
    padding: attr.text(padding.toUpperCase()),
  });
};

const averagePool2d: Emitter<PoolAttributes> = ({ scope, inputs, attributes }) =>
  scope.add('AvgPool', inputs, poolAttributes(attributes));

const averagePool2dGradient: Emitter<PoolAttributes & { inputShape: Shape }> = ({
  scope,
  inputs,
  attributes,
}) =>
  scope.add('AvgPoolGrad', [scope.ints(...attributes.inputShape), inputs[0]!], poolAttributes(attributes));

export const windows = {
  conv2d,
  conv2dInputGradient,
  conv2dKernelGradient,
  depthwiseConv2d,
  depthwiseConv2dInputGradient,
  depthwiseConv2dKernelGradient,
  maxPool2d,
  maxPool2dGradient,
  averagePool2d,
  averagePool2dGradient,
};
