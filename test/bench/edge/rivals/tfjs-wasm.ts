/** Contestant `tfjs-wasm`: TensorFlow.js on its WASM backend in a Worker. */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { Hono } from 'hono';
import { setWeights, toLayersModel } from '../../models/layers-model.ts';
import { answerWith } from './compiled-wasm.ts';
import engine from './engine.wasm';
import text from './task.json';
import { answerOf, type RivalTask, readRow, weightsOf } from './task.ts';
import weights from './weights.bin';

const task: RivalTask = JSON.parse(text);

async function load(): Promise<tf.LayersModel> {
  answerWith(engine);
  tf.env().set('WASM_HAS_SIMD_SUPPORT', true);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths('/', true);
  tf.env().platform.fetch = async () => new Response(new Uint8Array(1));
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no wasm here');
  const model = toLayersModel(tf, task.model!);
  setWeights(tf, model, weightsOf(task, weights));
  return model;
}
let loaded: Promise<tf.LayersModel> | undefined;

export default new Hono().post('/', async (c) => {
  loaded ??= load();
  const model = await loaded;
  const row = await readRow(task, c.req.raw);
  const input = tf.tensor(row, [1, ...task.inputShape], task.dtype);
  const output = model.predict(input) as tf.Tensor;
  const logits = output.dataSync();
  input.dispose();
  output.dispose();
  return c.json(answerOf(task, logits));
});
