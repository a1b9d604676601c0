/**
 * What an optimiser is. Its slots (moments, velocities) are variables that a checkpoint saves, and everything that depends
 * on the step is computed from the step number, so a resumed run goes on exactly. TensorFlow.js's own optimisers do not:
 * they keep running products of the betas and restore them by `pow`.
 */
import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor } from '../../graph/operator.ts';

export interface Optimizer {
  /** Saved and restored in this order; freed by `dispose`. */
  readonly slots: readonly tfjs.Variable[];
  /** Moves the variables. `step` counts from 1. Call it inside `tf.tidy`. */
  apply(gradients: readonly Tensor[], step: number): void;
}
