/** For tests: TensorFlow.js with all gradients, on its CPU backend, without the greeting it prints in Node. */
import * as tf from '@tensorflow/tfjs';

export async function cpuBackend(): Promise<typeof tf> {
  tf.env().set('IS_NODE', false);
  await tf.setBackend('cpu');
  return tf;
}
