/** Stochastic gradient descent, with momentum (Sutskever et al. 2013, the classical kind) if it is above 0. */
import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from '../../graph/operator.ts';
import type { Optimizer } from './optimizer.ts';

export function createSgd(
  tf: TensorFlow,
  { learningRate, momentum }: { learningRate: number; momentum: number },
  variables: readonly tfjs.Variable[],
): Optimizer {
  const velocities = momentum > 0 ? variables.map((w) => tf.tidy(() => tf.variable(tf.zeros(w.shape)))) : [];
  return {
    slots: velocities,
    apply(gradients) {
      variables.forEach((w, i) => {
        const velocity = velocities[i];
        velocity?.assign(tf.add(tf.mul(velocity, momentum), gradients[i]!));
        w.assign(tf.sub(w, tf.mul(velocity ?? gradients[i]!, learningRate)));
      });
    },
  };
}
