/** Every primitive operator. */
import { add } from './add.ts';
import { conv2d } from './conv2d.ts';
import { divide } from './divide.ts';
import { dropout } from './dropout.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { matmul } from './matmul.ts';
import { maxPool2d } from './max-pool2d.ts';
import { mean } from './mean.ts';
import { multiply } from './multiply.ts';
import { negate } from './negate.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { sigmoid } from './sigmoid.ts';
import { softmax } from './softmax.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { sqrt } from './sqrt.ts';
import { subtract } from './subtract.ts';
import { sum } from './sum.ts';
import { tanh } from './tanh.ts';

export const operators = {
  add,
  subtract,
  multiply,
  divide,
  negate,
  exp,
  log,
  sqrt,
  relu,
  sigmoid,
  tanh,
  matmul,
  conv2d,
  maxPool2d,
  reshape,
  softmax,
  sum,
  mean,
  dropout,
  softmaxCrossEntropy,
};
