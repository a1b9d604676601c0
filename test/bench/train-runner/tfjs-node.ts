/** Contestant `tfjs-node`: `fit` on libtensorflow, as its documentation has it. `node tfjs-node.ts FOLDER`. */
import { loadTensorflow } from '../../../gpu-runner/tensorflow/load.ts';
import { toLayersModel } from '../models/layers-model.ts';
import { serve } from './serve.ts';
import { CASES, readTask } from './task.ts';

const { task, train, test } = await readTask(process.argv[2]!);
const { tf, problem } = await loadTensorflow();
if (problem) throw new Error(`no libtensorflow: ${problem}`);
const { batch: batchSize, learningRate, classes, inputShape, dtype } = task;
const model = toLayersModel(tf, CASES[task.case].model);
model.compile({
  optimizer: tf.train.adam(learningRate),
  loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
});
const x = tf.tensor(train.x, [train.count, ...inputShape], dtype);
const y = tf.oneHot(tf.tensor1d(train.y, 'int32'), classes);

await serve({
  train: async (epochs) => {
    await model.fit(x, y, { batchSize, epochs, verbose: 0 });
  },
  async score() {
    const inputs = tf.tensor(test.x, [test.count, ...inputShape], dtype);
    const found = await tf.argMax(model.predict(inputs, { batchSize: 256 }) as typeof inputs, 1).data();
    return test.y.filter((label, row) => found[row] === label).length / test.count;
  },
});
