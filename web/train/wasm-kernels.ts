/**
 * Gradients for convolutional networks on TensorFlow.js's WASM backend, composed of kernels that it has: the one for a
 * convolution's filters is missing there, and the one for pooling is wrong without a word (batches, several channels).
 */
import * as tf from '@tensorflow/tfjs';

let registered = false;

export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  tf.registerKernel({
    kernelName: tf.Conv2DBackpropFilter,
    backendName: 'wasm',
    kernelFunc({ inputs, attrs }) {
      const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
      return filterGradient(x, dy, attrs as unknown as tf.Conv2DBackpropFilterAttrs);
    },
  });
  tf.unregisterKernel(tf.MaxPoolGrad, 'wasm');
  tf.registerKernel({
    kernelName: tf.MaxPoolGrad,
    backendName: 'wasm',
    kernelFunc({ inputs, attrs }) {
      const { input, output, dy } = inputs as unknown as Record<'input' | 'output' | 'dy', tf.Tensor4D>;
      return poolGradient(input, output, dy, attrs as unknown as tf.MaxPoolGradAttrs);
    },
  });
}

/**
 * `x` [batch, height, width, in], `dy` [batch, outHeight, outWidth, out] → [rows, columns, in, out]: for each place of the
 * window, what it saw, transposed, times `dy`. The transpose is made beforehand: WASM's own transposed product is slow.
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: tf.Conv2DBackpropFilterAttrs): tf.Tensor {
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  return tf.tidy(() => {
    const padded = tf.pad(x, paddingOf(info));
    const outputs = tf.reshape<tf.Rank.R2>(dy, [-1, info.outChannels]);
    const places = [...placesOf(info)].map(([row, column]) => {
      const seen = tf.reshape<tf.Rank.R2>(seenFrom(padded, info, row, column), [-1, info.inChannels]);
      return tf.matMul(tf.transpose(seen), outputs);
    });
    return tf.reshape(tf.stack(places), filterShape);
  });
}

/** Each window's `dy` goes to its first largest value, in the order of rows and columns, as on the other backends. */
function poolGradient(
  x: tf.Tensor4D,
  y: tf.Tensor4D,
  dy: tf.Tensor4D,
  { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolGradAttrs,
): tf.Tensor {
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
  return tf.tidy(() => {
    const padding = paddingOf(info);
    const padded = tf.pad(x, padding, Number.NEGATIVE_INFINITY);
    let open: tf.Tensor = tf.onesLike(dy); // 1 where a window's largest value is not found yet
    let sum: tf.Tensor = tf.zerosLike(padded);
    for (const [row, column] of placesOf(info)) {
      const isLargest = tf.cast(tf.equal(seenFrom(padded, info, row, column), y), 'float32');
      const found = tf.mul(isLargest, open);
      open = tf.sub(open, found);
      sum = tf.add(sum, spread(tf.mul(found, dy), info, row, column, padded.shape));
    }
    const [batch, height, width, channels] = x.shape;
    return tf.slice(sum, [0, info.padInfo.top, info.padInfo.left, 0], [batch, height, width, channels]);
  });
}

type WindowInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;

function* placesOf({ filterHeight, filterWidth }: WindowInfo): Generator<[row: number, column: number]> {
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) yield [row, column];
  }
}

const paddingOf = ({ padInfo: { top, bottom, left, right } }: WindowInfo): [number, number][] => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

/** What all windows see at one of their places: [batch, outHeight, outWidth, in]. */
function seenFrom(padded: tf.Tensor, info: WindowInfo, row: number, column: number): tf.Tensor {
  const { batchSize, outHeight, outWidth, inChannels, strideHeight, strideWidth } = info;
  const lastRow = row + (outHeight - 1) * strideHeight;
  const lastColumn = column + (outWidth - 1) * strideWidth;
  return tf.stridedSlice(
    padded,
    [0, row, column, 0],
    [batchSize, lastRow + 1, lastColumn + 1, inChannels],
    [1, strideHeight, strideWidth, 1],
  );
}

/** The opposite of `seenFrom`: values back at the places they were seen at, zeros between, in the padded shape. */
function spread(
  values: tf.Tensor,
  info: WindowInfo,
  row: number,
  column: number,
  shape: number[],
): tf.Tensor {
  const { batchSize, outHeight, outWidth, inChannels, strideHeight, strideWidth } = info;
  const apart = tf.pad(tf.reshape(values, [batchSize * outHeight, 1, outWidth, inChannels]), [
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, 0],
  ]);
  const cells = tf.pad(tf.reshape(apart, [batchSize * outHeight * strideHeight, outWidth, 1, inChannels]), [
    [0, 0],
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ]);
  const grid = tf.reshape(cells, [batchSize, outHeight * strideHeight, outWidth * strideWidth, inChannels]);
  const height = Math.min(shape[1]! - row, outHeight * strideHeight);
  const width = Math.min(shape[2]! - column, outWidth * strideWidth);
  return tf.pad(tf.slice(grid, [0, 0, 0, 0], [batchSize, height, width, inChannels]), [
    [0, 0],
    [row, shape[1]! - row - height],
    [column, shape[2]! - column - width],
    [0, 0],
  ]);
}
