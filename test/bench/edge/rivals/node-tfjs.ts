/** Contestant `node-tfjs`: Fastify and TensorFlow.js on libtensorflow. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadTensorflow } from '../../../../gpu-runner/tensorflow/load.ts';
import { setWeights, toLayersModel } from '../../models/layers-model.ts';
import { folder, serve, task } from './serve-fastify.ts';
import { weightsOf } from './task.ts';

const { tf, problem } = await loadTensorflow();
if (problem) throw new Error(`no libtensorflow: ${problem}`);
const weights = new Uint8Array(await readFile(join(folder, 'weights.bin'))).buffer;
const model = toLayersModel(tf, task.model!);
setWeights(tf, model, weightsOf(task, weights));

await serve(
  async (row) => {
    const input = tf.tensor(row, [1, ...task.inputShape], task.dtype);
    const output = model.predict(input) as typeof input;
    const logits = output.dataSync();
    input.dispose();
    output.dispose();
    return logits;
  },
  { channelsFirst: false },
);
