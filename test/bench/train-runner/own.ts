/** Contestant `trainyard`: the training step as a graph in the `tensorflow` executor. `node own.ts FOLDER`. */
import { createTensorflowExecutor } from '../../../gpu-runner/executor/tensorflow-executor.ts';
import { loadTensorflow } from '../../../gpu-runner/tensorflow/load.ts';
import { WEIGHTS } from '../../../shared/graph/flat-parameters.ts';
import { withFlatWeights } from '../../../shared/graph/train-step.ts';
import { startOwnTraining } from '../models/own-training.ts';
import { traceForward } from '../models/trace.ts';
import { serve } from './serve.ts';
import { CASES, readTask } from './task.ts';

const { task, train, test } = await readTask(process.argv[2]!);
const { model } = CASES[task.case];
const { tf, problem } = await loadTensorflow();
if (problem) throw new Error(`no libtensorflow: ${problem}`);
const executor = createTensorflowExecutor(tf);
const { batch, learningRate } = task;
const training = await startOwnTraining(executor, { model, batch, rows: train, learningRate });

await serve({
  train: async (epochs) => {
    await training.train((epochs * train.count) / batch);
  },
  async score() {
    const weights = await training.program.read([WEIGHTS]);
    const program = await executor.compile(withFlatWeights(traceForward(model, test.count)), weights);
    const { y } = await program.run({ x: { shape: [test.count, ...model.inputShape], data: test.x } });
    const right = test.y.filter((label, row) => {
      const logits = y!.data.subarray(row * model.classes, (row + 1) * model.classes);
      return logits.indexOf(Math.max(...logits)) === label;
    });
    return right.length / test.count;
  },
});
