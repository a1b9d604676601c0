/** What trains in a page: our executors and their rivals alike. */
import type { BenchModel } from '../models/bench-model.ts';
import { type ExampleRows, exampleRows } from '../models/example-rows.ts';

export interface TrainingCase {
  model: BenchModel;
  batch: number;
}

export interface Contestant {
  /** Trains for so many steps, each on another batch, and gives the loss of the last when the device is done with it. */
  train(steps: number): Promise<number>;
}

export type StartContestant = (task: TrainingCase) => Promise<Contestant>;

export const LEARNING_RATE = 1e-3; // of Adam
/** Batches in the data; a contestant goes round them. */
export const BATCHES = 16;

export const trainingRows = ({ model, batch }: TrainingCase): ExampleRows =>
  exampleRows(model, BATCHES * batch, 7);
