/** Probabilities of classes, and losses by them. */
import type { Kernels, Tensor, TensorFlow } from './kernel.ts';

export const classes = {
  softmax: (tf, [x]) => tf.softmax(x!),
  softmaxCrossEntropy(tf, [logits, labels]) {
    const logProbabilities = tf.logSoftmax(logits!);
    const ofLabel = tf.where(tf.cast(oneHot(tf, labels!, logits!.shape[1]!), 'bool'), logProbabilities, 0);
    return tf.neg(tf.sum(ofLabel, 1));
  },
  softmaxCrossEntropyGradient(tf, [logits, labels, dy]) {
    const error = tf.sub(tf.softmax(logits!), oneHot(tf, labels!, logits!.shape[1]!));
    return tf.mul(error, tf.expandDims(dy!, 1));
  },
  oneHot: (tf, [indices], { depth }) => oneHot(tf, indices!, depth),
} satisfies Partial<Kernels>;

const oneHot = (tf: TensorFlow, indices: Tensor, depth: number): Tensor =>
  tf.oneHot(indices as Tensor as never, depth, 1, 0, 'float32');
