/** What infers in this process, with one row at a time and one thread: our executor and its rivals alike. */
import type { ParameterValues } from '../../../shared/executors/executor.ts';
import type { BenchModel } from '../models/bench-model.ts';

export interface Task {
  model: BenchModel;
  /** Of our parameters, by name. */
  weights: ParameterValues;
  /** One row: [height, width, channels] for pictures. */
  x: Float32Array | Int32Array;
}

export interface Contestant {
  /** The logits of the row. */
  infer(): Promise<Float32Array>;
  /** Infers `count` times, each from the row in the caller's memory to logits there; the sum of their first ones. */
  repeat(count: number): Promise<number>;
  close(): Promise<void>;
}

export type StartContestant = (task: Task) => Promise<Contestant>;
