/** Every primitive operator. */
import { abs } from './abs.ts';
import { add } from './add.ts';
import { averagePool2d } from './average-pool2d.ts';
import { averagePool2dGradient } from './average-pool2d-gradient.ts';
import { broadcastTo } from './broadcast-to.ts';
import { cast } from './cast.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGradient } from './conv2d-input-gradient.ts';
import { conv2dKernelGradient } from './conv2d-kernel-gradient.ts';
import { cos } from './cos.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { depthwiseConv2dInputGradient } from './depthwise-conv2d-input-gradient.ts';
import { depthwiseConv2dKernelGradient } from './depthwise-conv2d-kernel-gradient.ts';
import { divide } from './divide.ts';
import { equal } from './equal.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { floor } from './floor.ts';
import { gather } from './gather.ts';
import { greater } from './greater.ts';
import { log } from './log.ts';
import { matmul } from './matmul.ts';
import { max } from './max.ts';
import { maxPool2d } from './max-pool2d.ts';
import { maxPool2dGradient } from './max-pool2d-gradient.ts';
import { maximum } from './maximum.ts';
import { mean } from './mean.ts';
import { minimum } from './minimum.ts';
import { multiply } from './multiply.ts';
import { negate } from './negate.ts';
import { oneHot } from './one-hot.ts';
import { pad } from './pad.ts';
import { power } from './power.ts';
import { randomUniform } from './random-uniform.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize2d } from './resize2d.ts';
import { resize2dGradient } from './resize2d-gradient.ts';
import { scatterAdd } from './scatter-add.ts';
import { select } from './select.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { sin } from './sin.ts';
import { slice } from './slice.ts';
import { sliceAt } from './slice-at.ts';
import { softmax } from './softmax.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { softmaxCrossEntropyGradient } from './softmax-cross-entropy-gradient.ts';
import { sqrt } from './sqrt.ts';
import { subtract } from './subtract.ts';
import { sum } from './sum.ts';
import { tanh } from './tanh.ts';
import { transpose } from './transpose.ts';

export const operators = {
  // elementwise, of one input
  negate,
  exp,
  log,
  sqrt,
  abs,
  sign,
  floor,
  relu,
  sigmoid,
  tanh,
  erf,
  sin,
  cos,
  cast,
  // of two, and three
  add,
  subtract,
  multiply,
  divide,
  maximum,
  minimum,
  power,
  greater,
  equal,
  select,
  // reductions
  sum,
  mean,
  max,
  // matrices
  matmul,
  // windows over images
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
  // movement
  gather,
  scatterAdd,
  concat,
  slice,
  sliceAt,
  pad,
  transpose,
  reshape,
  broadcastTo,
  // classes and chance
  softmax,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  oneHot,
  randomUniform,
};
