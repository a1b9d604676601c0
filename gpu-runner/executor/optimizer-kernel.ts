/** TensorFlow's kernels for whole optimiser steps: one walk over weights and slots, in place. */
import { WEIGHTS } from '../../shared/graph/flat-parameters.ts';
import { ADAGRAD } from '../../shared/graph/optimizers/adagrad.ts';
import { ADAM } from '../../shared/graph/optimizers/adam.ts';
import type { OptimizerSpec } from '../../shared/graph/optimizers/list.ts';
import { attr, type NodeAttributes } from './graph-def.ts';
import type { Scope, Value } from './scope.ts';

export interface OptimizerKernel {
  op: string;
  /** Names of the parameters it moves, in the kernel's order. */
  parameters: readonly string[];
  /** What it takes after their handles. */
  inputs(scope: Scope, gradient: Value, rate: Value): Value[];
  attributes?: NodeAttributes;
}

/** Undefined where TensorFlow's rule is another than ours: the graph's own updates do it then. */
export function optimizerKernel(spec: OptimizerSpec): OptimizerKernel | undefined {
  switch (spec.type) {
    case 'adam':
      return {
        op: 'ResourceApplyAdam',
        parameters: [WEIGHTS, 'm', 'v'],
        // `rate` has the bias correction in it; powers of 0 leave it as it is.
        inputs: ({ float }, gradient, rate) => [
          ...[float(0), float(0), rate, float(ADAM.beta1), float(ADAM.beta2), float(ADAM.epsilon)],
          gradient,
        ],
      };
    case 'adagrad':
      return {
        op: 'ResourceApplyAdagradV2',
        parameters: [WEIGHTS, 'sumOfSquares'],
        inputs: ({ float }, gradient, rate) => [rate, float(ADAGRAD.epsilon), gradient],
      };
    case 'sgd':
      if (spec.momentum === 0) {
        return {
          op: 'ResourceApplyGradientDescent',
          parameters: [WEIGHTS],
          inputs: (_, gradient, rate) => [rate, gradient],
        };
      }
      return {
        op: 'ResourceApplyMomentum',
        parameters: [WEIGHTS, 'velocity'],
        inputs: ({ float }, gradient, rate) => [rate, gradient, float(spec.momentum)],
        attributes: { use_nesterov: attr.flag(spec.nesterov ?? false) },
      };
    default:
      return undefined;
  }
}
