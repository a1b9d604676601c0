/** Adam (Kingma and Ba 2015), with the bias correction folded into the step size as at the end of its section 2. */
import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from '../../graph/operator.ts';
import type { Optimizer } from './optimizer.ts';

const beta1 = 0.9;
const beta2 = 0.999;
const eps = 1e-7;

export function createAdam(
  tf: TensorFlow,
  { learningRate }: { learningRate: number },
  variables: readonly tfjs.Variable[],
): Optimizer {
  const zeros = () => variables.map((w) => tf.tidy(() => tf.variable(tf.zeros(w.shape))));
  const m = zeros();
  const v = zeros();
  return {
    slots: [...m, ...v],
    apply(gradients, step) {
      const lr = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      variables.forEach((w, i) => {
        const g = gradients[i]!;
        m[i]!.assign(tf.add(tf.mul(m[i]!, beta1), tf.mul(g, 1 - beta1)));
        v[i]!.assign(tf.add(tf.mul(v[i]!, beta2), tf.mul(tf.square(g), 1 - beta2)));
        w.assign(tf.sub(w, tf.div(tf.mul(m[i]!, lr), tf.add(tf.sqrt(v[i]!), eps))));
      });
    },
  };
}
