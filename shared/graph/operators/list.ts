/** Every primitive operator. */
import { abs } from './abs.ts';
import { add } from './add.ts';
import { broadcastTo } from './broadcast-to.ts';
import { cast } from './cast.ts';
import { concat } from './concat.ts';
import { cos } from './cos.ts';
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
