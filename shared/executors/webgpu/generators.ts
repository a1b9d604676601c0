/** Which generator makes an operator's kernels. */
import type { Generator } from './context.ts';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from './wgsl/conv2d.ts';
import {
  depthwiseConv2d,
  depthwiseConv2dInputGradient,
  depthwiseConv2dKernelGradient,
} from './wgsl/depthwise.ts';
import { cast, elementwise } from './wgsl/elementwise.ts';
import { matmul } from './wgsl/matmul.ts';
import { concat, pad } from './wgsl/movement.ts';
import { averagePool2d, averagePool2dGradient, maxPool2d, maxPool2dGradient } from './wgsl/pool.ts';
import { randomUniform } from './wgsl/random.ts';
import { reduce } from './wgsl/reduce.ts';
import { resize2d, resize2dGradient } from './wgsl/resize.ts';
import { gather, oneHot, scatterAdd, sliceAt } from './wgsl/rows.ts';
import { isElementwise } from './wgsl/scalar.ts';
import { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './wgsl/softmax.ts';

const generators: Readonly<Record<string, Generator>> = {
  fused: elementwise,
  reshape: elementwise,
  slice: elementwise,
  transpose: elementwise,
  broadcastTo: elementwise,
  cast,
  concat,
  pad,
  sum: reduce,
  mean: reduce,
  max: reduce,
  matmul,
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
  resize2d,
  resize2dGradient,
  gather,
  scatterAdd,
  sliceAt,
  oneHot,
  softmax,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  randomUniform,
};

export const generatorOf = (op: string): Generator | undefined =>
  isElementwise(op) ? elementwise : generators[op];
