/** Every optimiser that a pipeline may name. */
import type * as tfjs from '@tensorflow/tfjs';
import type { TrainingSpec } from '../../definition/pipeline-spec.ts';
import type { TensorFlow } from '../../graph/operator.ts';
import { createAdam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { createSgd } from './sgd.ts';

export function createOptimizer(
  tf: TensorFlow,
  spec: TrainingSpec['optimizer'],
  variables: readonly tfjs.Variable[],
): Optimizer {
  return spec.type === 'adam' ? createAdam(tf, spec, variables) : createSgd(tf, spec, variables);
}
