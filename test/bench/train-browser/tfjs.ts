/** TensorFlow.js in a page: `fit` as its documentation has it, and the loop that who wants speed would write. */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import { toLayersModel } from '../models/layers-model.ts';
import {
  BATCHES,
  type Contestant,
  LEARNING_RATE,
  type StartContestant,
  type TrainingCase,
  trainingRows,
} from './contestant.ts';
import { registerWasmGradients } from './wasm-gradients.ts';

/** Where the page finds the backend's WebAssembly. */
export const WASM_FOLDER = '/tfjs-wasm/';

export const startTfjsFit =
  (backend: string): StartContestant =>
  async (task) => {
    await start(backend);
    const { model, x, y, rows } = prepare(task);
    model.compile({
      optimizer: tf.train.adam(LEARNING_RATE),
      loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
    });
    const run = async (steps: number, epochs: number) => {
      const part = Math.min(steps * task.batch, rows);
      const [xs, ys] = [tf.slice(x, 0, part), tf.slice(y, 0, part)];
      const { history } = await model.fit(xs, ys, { batchSize: task.batch, epochs, verbose: 0 });
      tf.dispose([xs, ys]);
      return history.loss!.at(-1) as number;
    };
    return {
      async train(steps) {
        let loss = Number.NaN;
        if (steps >= BATCHES) loss = await run(BATCHES, Math.floor(steps / BATCHES));
        if (steps % BATCHES > 0) loss = await run(steps % BATCHES, 1);
        return loss;
      },
    };
  };

export const startTfjsLoop =
  (backend: string): StartContestant =>
  async (task) => {
    await start(backend);
    const { model, x, y } = prepare(task);
    const optimizer = tf.train.adam(LEARNING_RATE);
    const batches = Array.from({ length: BATCHES }, (_, i) => ({
      x: tf.slice(x, i * task.batch, task.batch),
      y: tf.slice(y, i * task.batch, task.batch) as tf.Tensor2D,
    }));
    let next = 0;
    return {
      async train(steps) {
        let last: tf.Scalar | undefined;
        for (let i = 0; i < steps; i++) {
          const batch = batches[next++ % BATCHES]!;
          last?.dispose();
          const loss = () => {
            const logits = model.apply(batch.x, { training: true }) as tf.Tensor2D;
            return tf.losses.softmaxCrossEntropy(batch.y, logits).asScalar();
          };
          last = optimizer.minimize(loss, true) as tf.Scalar;
        }
        const [value] = await last!.data();
        last!.dispose();
        return value!;
      },
    } satisfies Contestant;
  };

async function start(backend: string): Promise<void> {
  setWasmPaths(WASM_FOLDER);
  if (backend === 'wasm') registerWasmGradients();
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  await tf.ready();
}

/** The data lie on the device. */
function prepare(task: TrainingCase) {
  const { count, x, y } = trainingRows(task);
  const shape = [count, ...task.model.inputShape];
  return {
    rows: count,
    model: toLayersModel(tf, task.model),
    x: tf.tensor(x, shape, x instanceof Int32Array ? 'int32' : 'float32'),
    y: tf.cast(tf.oneHot(tf.tensor1d(y, 'int32'), task.model.classes), 'float32'),
  };
}
