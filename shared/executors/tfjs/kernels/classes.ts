/** Probabilities of classes, and losses by them. */
import type { Kernels, Tensor, TensorFlow } from './kernel.ts';

export const classes = {
  softmax: (tf, [x]) => tf.softmax(x!),
  softmaxCrossEntropy(tf, [logits, labels]) {
    const logProbabilities = tf.logSoftmax(logits!);
    const ofLabel = tf.where(isLabel(tf, labels!, logits!.shape[1]!), logProbabilities, 0);
    return tf.neg(tf.sum(ofLabel, 1));
  },
  softmaxCrossEntropyGradient(tf, [logits, labels, dy]) {
    const error = tf.sub(tf.softmax(logits!), oneHot(tf, labels!, logits!.shape[1]!));
    return tf.mul(error, tf.expandDims(dy!, 1));
  },
  oneHot: (tf, [indices], { depth }) => oneHot(tf, indices!, depth),
} satisfies Partial<Kernels>;

/** [..., depth]; TensorFlow.js's own oneHot refuses a depth of 1. */
const isLabel = (tf: TensorFlow, labels: Tensor, depth: number): Tensor =>
  tf.equal(tf.expandDims(labels, -1), tf.range(0, depth, 1, 'int32'));
const oneHot = (tf: TensorFlow, labels: Tensor, depth: number): Tensor =>
  tf.cast(isLabel(tf, labels, depth), 'float32');
