/** The operators that the wasm executor has, and what writes the records of each. */
import { operators } from '../../../graph/operators/list.ts';
import { lowerConv2d, lowerConv2dInputGradient, lowerConv2dKernelGradient } from './conv2d.ts';
import { lowerDepthwise, lowerDepthwiseInputGradient, lowerDepthwiseKernelGradient } from './depthwise.ts';
import { lowerCast, lowerElementwise } from './elementwise.ts';
import {
  lowerAveragePool,
  lowerAveragePoolGradient,
  lowerMaxPool,
  lowerMaxPoolGradient,
  lowerResize,
  lowerResizeGradient,
} from './images.ts';
import type { Lowering } from './lowering.ts';
import { lowerMatmul } from './matmul.ts';
import {
  lowerBroadcastTo,
  lowerConcat,
  lowerGather,
  lowerOneHot,
  lowerPad,
  lowerRandomUniform,
  lowerReshape,
  lowerScatterAdd,
  lowerSlice,
  lowerSliceAt,
  lowerTranspose,
} from './movement.ts';
import {
  lowerReduce,
  lowerSoftmax,
  lowerSoftmaxCrossEntropy,
  lowerSoftmaxCrossEntropyGradient,
} from './reduce.ts';

const elementwise = Object.values(operators)
  .filter((operator) => 'scalar' in operator)
  .map(({ name }) => [name, lowerElementwise] as const);

export const lowerings: ReadonlyMap<string, Lowering> = new Map([
  ...elementwise,
  ...Object.entries<Lowering>({
    cast: lowerCast,
    sum: lowerReduce,
    mean: lowerReduce,
    max: lowerReduce,
    matmul: lowerMatmul,
    conv2d: lowerConv2d,
    conv2dInputGradient: lowerConv2dInputGradient,
    conv2dKernelGradient: lowerConv2dKernelGradient,
    depthwiseConv2d: lowerDepthwise,
    depthwiseConv2dInputGradient: lowerDepthwiseInputGradient,
    depthwiseConv2dKernelGradient: lowerDepthwiseKernelGradient,
    maxPool2d: lowerMaxPool,
    maxPool2dGradient: lowerMaxPoolGradient,
    averagePool2d: lowerAveragePool,
    averagePool2dGradient: lowerAveragePoolGradient,
    resize2d: lowerResize,
    resize2dGradient: lowerResizeGradient,
    gather: lowerGather,
    scatterAdd: lowerScatterAdd,
    concat: lowerConcat,
    slice: lowerSlice,
    sliceAt: lowerSliceAt,
    pad: lowerPad,
    transpose: lowerTranspose,
    reshape: lowerReshape,
    broadcastTo: lowerBroadcastTo,
    softmax: lowerSoftmax,
    softmaxCrossEntropy: lowerSoftmaxCrossEntropy,
    softmaxCrossEntropyGradient: lowerSoftmaxCrossEntropyGradient,
    oneHot: lowerOneHot,
    randomUniform: lowerRandomUniform,
  }),
]);

/** Those whose kernels can add a bias and apply an activation themselves. */
export const WITH_EPILOGUE: ReadonlySet<string> = new Set([
  'matmul',
  'conv2d',
  'conv2dInputGradient',
  'depthwiseConv2d',
]);
