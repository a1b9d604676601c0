/** Activation functions by name. */
import { z } from 'zod';
import type { Initializer } from '../graph/graph.ts';
import type { Ops, TensorRef } from '../graph/ops.ts';
import { gelu } from './layers/gelu.ts';

export const ACTIVATIONS = ['linear', 'relu', 'sigmoid', 'tanh', 'gelu', 'silu', 'softmax'] as const;
export const Activation = z.enum(ACTIVATIONS);
export type Activation = z.infer<typeof Activation>;

/** `silu` is x · σ(x) (Elfwing et al. 2018); `softmax` goes over the last axis. */
export function activate(ops: Ops, x: TensorRef, activation: Activation): TensorRef {
  if (activation === 'linear') return x;
  if (activation === 'gelu') return gelu(ops, x);
  if (activation === 'silu') return ops.multiply(x, ops.sigmoid(x));
  return ops[activation](x);
}

/** Keras's name of it: SiLU is also called swish, the only name that TensorFlow.js knows. */
export const kerasActivation = (activation: Activation): string =>
  activation === 'silu' ? 'swish' : activation;

/** Kernels start so that the activation neither shrinks nor swells the signal (He 2015, Glorot 2010). */
export const initializerFor = (activation: Activation): Initializer =>
  activation === 'relu' || activation === 'gelu' || activation === 'silu' ? 'heUniform' : 'glorotUniform';
