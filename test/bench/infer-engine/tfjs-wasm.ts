/** TensorFlow.js on its WASM backend, with one thread. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { setWeights, toLayersModel } from '../models/layers-model.ts';
import type { StartContestant } from './contestant.ts';

export const startTfjsWasm: StartContestant = async ({ model, weights, x }) => {
  tf.env().set('IS_NODE', false); // or it greets
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // its threads do not start in Node
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no wasm here');
  const layersModel = toLayersModel(tf, model);
  setWeights(tf, layersModel, weights);
  const shape = [1, ...model.inputShape];
  const dtype = x instanceof Int32Array ? 'int32' : 'float32';
  const once = (): Float32Array => {
    const input = tf.tensor(x, shape, dtype);
    const output = layersModel.predict(input) as tf.Tensor;
    const logits = output.dataSync<'float32'>();
    input.dispose();
    output.dispose();
    return logits;
  };
  return {
    infer: async () => once().slice(),
    async repeat(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += once()[0]!;
      return sum;
    },
    async close() {
      layersModel.dispose();
    },
  };
};
