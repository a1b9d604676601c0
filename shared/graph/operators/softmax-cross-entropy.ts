/** Logits [batch, classes] and labels [batch] (class indices as float32) → mean over the batch of −log softmax(logits)[label]. */
import { type Operator, shapeError, showShape, type Tensor, type TensorFlow } from '../operator.ts';

export const softmaxCrossEntropy: Operator<2, Record<never, never>> = {
  name: 'softmaxCrossEntropy',
  arity: 2,
  shape([logits, labels]) {
    if (logits!.length !== 2 || labels!.length !== 1 || logits![0] !== labels![0]) {
      throw shapeError(
        'softmaxCrossEntropy',
        `takes logits [batch, classes] and labels [batch], not ${showShape(logits!)} and ${showShape(labels!)}`,
      );
    }
    return [];
  },
  plain([logits, labels], _, out) {
    const [batch, classes] = logits!.shape as [number, number];
    let total = 0;
    for (let row = 0; row < batch; row++) {
      const z = logits!.data.subarray(row * classes, (row + 1) * classes);
      const max = z.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const sum = z.reduce((a, b) => a + Math.exp(b - max), 0);
      total += Math.log(sum) + max - z[labels!.data[row]!]!;
    }
    out.data[0] = total / batch;
  },
  tfjs: (tf, [logits, labels]) => crossEntropy(tf, logits!, labels!),
};

/** With its gradient in closed form, (softmax − one-hot) / batch, which saves a dozen kernels a step. */
function crossEntropy(tf: TensorFlow, logits: Tensor, labels: Tensor): Tensor {
  const [batch, classes] = logits.shape as [number, number];
  const oneHot = tf.oneHot(tf.cast(labels, 'int32'), classes);
  const loss = tf.customGrad((z, save) => {
    const shifted = tf.sub(z as Tensor, tf.max(z as Tensor, 1, true));
    const exps = tf.exp(shifted);
    const sums = tf.sum(exps, 1, true);
    const logProbabilities = tf.sub(shifted, tf.log(sums));
    const value = tf.div(tf.neg(tf.sum(tf.mul(logProbabilities, oneHot))), batch);
    (save as (tensors: Tensor[]) => void)([tf.div(exps, sums), oneHot]);
    return {
      value,
      gradFunc: (dy: Tensor, [softmax, oneHot]: Tensor[]) =>
        tf.mul(dy, tf.div(tf.sub(softmax!, oneHot!), batch)),
    };
  });
  return loss(logits);
}
