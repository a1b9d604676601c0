/** Activation functions by name; the names are also Keras's. */
import { z } from 'zod';
import type { Initializer } from '../graph/graph.ts';
import type { Ops, TensorRef } from '../graph/ops.ts';

export const ACTIVATIONS = ['linear', 'relu', 'sigmoid', 'tanh'] as const;
export const Activation = z.enum(ACTIVATIONS);
export type Activation = z.infer<typeof Activation>;

export function activate(ops: Ops, x: TensorRef, activation: Activation): TensorRef {
  return activation === 'linear' ? x : ops[activation](x);
}

/** Kernels start so that the activation neither shrinks nor swells the signal (He 2015, Glorot 2010). */
export const initializerFor = (activation: Activation): Initializer =>
  activation === 'relu' ? 'heUniform' : 'glorotUniform';
