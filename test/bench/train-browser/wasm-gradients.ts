/**
 * What the contestant `tfjs-wasm` needs in order to train: TensorFlow.js's WASM backend has no gradient of a convolution's
 * filters, none of an embedding, and a wrong one of pooling. A user composes them from what the backend does have.
 */
import * as tf from '@tensorflow/tfjs';

export function registerWasmGradients(): void {
  tf.registerKernel({
    kernelName: tf.Conv2DBackpropFilter,
    backendName: 'wasm',
    kernelFunc({ inputs, attrs }) {
      const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
      return filterGradient(x, dy, attrs as unknown as tf.Conv2DBackpropFilterAttrs);
    },
  });
  const own = tf.getKernel(tf.Conv2DBackpropInput, 'wasm');
  replace(tf.Conv2DBackpropInput, (params) => {
    const { dy, filter } = params.inputs as unknown as { dy: tf.Tensor4D; filter: tf.Tensor4D };
    const attrs = params.attrs as unknown as tf.Conv2DBackpropInputAttrs;
    const { inputShape, strides, pad, dimRoundingMode } = attrs;
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    if (info.strideHeight !== 1 || info.strideWidth !== 1) return own.kernelFunc(params);
    return inputGradient(dy, filter, info);
  });
  replace(tf.MaxPoolGrad, ({ inputs, attrs }) => {
    const { input, dy } = inputs as unknown as Record<'input' | 'dy', tf.Tensor4D>;
    return poolGradient(input, dy, attrs as unknown as tf.MaxPoolGradAttrs);
  });
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc({ inputs, attrs }) {
      const { x, segmentIds } = inputs as unknown as Record<'x' | 'segmentIds', tf.Tensor>;
      return segmentSum(x, segmentIds, (attrs as unknown as tf.UnsortedSegmentSumAttrs).numSegments);
    },
  });
}

function replace(kernelName: string, kernelFunc: tf.KernelFunc): void {
  // With its set-up: the kernel that is replaced may be called by the one that replaces it.
  const own = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...own, kernelFunc });
}

/**
 * `x` [batch, height, width, in], `dy` [batch, outHeight, outWidth, out] → [rows, columns, in, out]: `dy` moves over `x` as
 * a filter as large as the output, with the batch for its channels and the strides for its dilation.
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: tf.Conv2DBackpropFilterAttrs): tf.Tensor {
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  return tf.tidy(() => {
    const padded = padSides(x, [top, bottom], [left, right]);
    const seen = tf.transpose(padded, [3, 1, 2, 0]); // [in, height, width, batch]
    const filter = tf.transpose(dy, [1, 2, 0, 3]); // [outHeight, outWidth, batch, out]
    const dilations: [number, number] = [info.strideHeight, info.strideWidth];
    const sums = tf.conv2d(seen, filter, 1, 'valid', 'NHWC', dilations);
    // Rows and columns that no stride reaches make it larger than the filter.
    const [rows, columns, inputs, outputs] = filterShape;
    return tf.transpose(tf.slice(sums, 0, [inputs, rows, columns, outputs]), [1, 2, 0, 3]);
  });
}

/** For strides of 1: the filter, turned by half a turn, moves over `dy`. */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const top = filterHeight - 1 - padInfo.top;
  const left = filterWidth - 1 - padInfo.left;
  return tf.tidy(() => {
    const padded = padSides(
      dy,
      [top, inHeight - outHeight + filterHeight - 1 - top],
      [left, inWidth - outWidth + filterWidth - 1 - left],
    );
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(padded, turned, 1, 'valid');
  });
}

const padSides = (x: tf.Tensor4D, rows: [number, number], columns: [number, number]): tf.Tensor4D =>
  tf.pad(x, [[0, 0], rows, columns, [0, 0]]);

/** Each window's `dy` goes to its first largest value, in the order of rows and columns, as on the other backends. */
function poolGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolGradAttrs,
): tf.Tensor {
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, padInfo } = info;
  const values = x.dataSync();
  const given = dy.dataSync();
  const gradient = new Float32Array(x.size);
  let window = 0;
  for (let sample = 0; sample < batchSize; sample++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * info.strideHeight - padInfo.top;
      const lastRow = Math.min(top + info.filterHeight, inHeight);
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const left = outColumn * info.strideWidth - padInfo.left;
        const lastColumn = Math.min(left + info.filterWidth, inWidth);
        for (let channel = 0; channel < inChannels; channel++, window++) {
          let largest = Number.NEGATIVE_INFINITY;
          let place = -1;
          for (let row = Math.max(top, 0); row < lastRow; row++) {
            const start = (sample * inHeight + row) * inWidth;
            for (let column = Math.max(left, 0); column < lastColumn; column++) {
              const at = (start + column) * inChannels + channel;
              if (values[at]! > largest) {
                largest = values[at]!;
                place = at;
              }
            }
          }
          if (place >= 0) gradient[place]! += given[window]!;
        }
      }
    }
  }
  return tf.tensor4d(gradient, x.shape);
}

/** `x` [n, …], `segments` [n] → [count, …]. */
function segmentSum(x: tf.Tensor, segments: tf.Tensor, count: number): tf.Tensor {
  const values = x.dataSync();
  const places = segments.dataSync();
  const width = x.size / segments.size;
  const sums = new Float32Array(count * width);
  for (let row = 0; row < places.length; row++) {
    const at = places[row]! * width;
    for (let i = 0; i < width; i++) sums[at + i]! += values[row * width + i]!;
  }
  return tf.tensor(sums, [count, ...x.shape.slice(segments.rank)]);
}
