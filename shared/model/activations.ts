/** Activation functions by name. */
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Initializer } from '../graph/graph.ts';
import type { Ops, TensorRef } from '../graph/ops.ts';
import { gelu } from './layers/gelu.ts';

export const ACTIVATIONS = ['linear', 'relu', 'relu6', 'sigmoid', 'tanh', 'gelu', 'silu', 'softmax'] as const;
export const Activation = z.enum(ACTIVATIONS);
export type Activation = z.infer<typeof Activation>;

/** `relu6` ends at 6 (Krizhevsky 2010); `silu` is x · σ(x) (Elfwing et al. 2018); `softmax` goes over the last axis. */
export function activate(ops: Ops, x: TensorRef, activation: Activation): TensorRef {
  if (activation === 'linear') return x;
  if (activation === 'gelu') return gelu(ops, x);
  if (activation === 'relu6') return ops.minimum(ops.relu(x), ops.constant(6));
  if (activation === 'silu') return ops.multiply(x, ops.sigmoid(x));
  return ops[activation](x);
}

/** Keras's name of it: SiLU is also called swish, the only name that TensorFlow.js knows. */
export const kerasActivation = (activation: Activation): string =>
  activation === 'silu' ? 'swish' : activation;

/** The other way round. Throws AppError `unsupported` where it is none of ours. */
export function activationFromKeras(name: unknown): Activation {
  const activation = Activation.safeParse(name === 'swish' ? 'silu' : (name ?? 'linear'));
  if (activation.success) return activation.data;
  const known = ACTIVATIONS.join(', ');
  throw new AppError('unsupported', `its activation is ${JSON.stringify(name)}; ${known} can be imported`);
}

/** Kernels start so that the activation neither shrinks nor swells the signal (He 2015, Glorot 2010). */
export const initializerFor = (activation: Activation): Initializer =>
  RECTIFIERS.has(activation) ? 'heUniform' : 'glorotUniform';

const RECTIFIERS: ReadonlySet<Activation> = new Set(['relu', 'relu6', 'gelu', 'silu']);
