/**
 * What an estimator is: a model that is no network, learnt by a method of its own, and fitted, kept and served like one. Each is one
 * file in this folder and one line in `list.ts`. What it learns is tensors, so that an artifact holds it as it holds weights.
 */
import type * as zod from 'zod';
import type { TensorValue } from '../graph/graph.ts';
import type { MetricValues } from '../schema/metric.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { Dimension } from '../schema/sweep.ts';
import type { Task } from '../schema/task.ts';
import type { Zod } from '../schema/zod.ts';

/** Rows as numbers. */
export interface FitRows {
  count: number;
  /** Inputs of each row. */
  width: number;
  /** Row-major [count, width]. */
  x: Float32Array;
  /** Of each row the place of its class, or its standardised value. */
  target: Float32Array | Int32Array;
}

export interface EstimatorShape {
  task: OutputSpec['task'];
  inputs: number;
  /** Classes; 1 for a regression. */
  outputs: number;
}

export interface FitOptions extends EstimatorShape {
  seed: number;
  /** Rows to watch oneself on; never learnt from. */
  validation: FitRows;
  /** How much the rows of each class count; absent: alike. */
  classWeights?: Float32Array | undefined;
}

/** A part of the work is done. */
export interface FitStep {
  done: number;
  total: number;
  /** For the curves, where the method goes step by step. */
  losses?: { train: number; validation: number };
}

export type Learnt = Map<string, TensorValue>;

/** Row-major [rows, inputs] → [rows, outputs]: logits, or standardised values. */
export type Predict = (x: Float32Array, rows: number) => Float32Array;

export interface EstimatorCost {
  /** Numbers learnt, at most. */
  parameters: number;
  /** Multiply-adds (or what takes as long) of one prediction. */
  multiplyAdds: number;
  /** The same for the whole of the fitting. */
  fitting: number;
}

export interface Estimator<P extends { type: string } = { type: string }> {
  type: P['type'];
  title: string;
  /** One sentence for people. */
  summary: string;
  tasks: readonly Task[];
  params(z: Zod): zod.ZodType<P>;
  /** Where a search looks for good parameters, unless it is told. */
  space: Readonly<Partial<Record<Exclude<keyof P, 'type'>, Dimension>>>;
  /** Of one that learns without answers: the names of what it tells apart. */
  classes?(params: P): string[];
  /** The same, where each of its answers has a middle: those rows, row-major [answers, inputs]. */
  centres?(learnt: ReadonlyMap<string, TensorValue>): Float32Array;
  /** The same: how good `y`, what it gives for rows, is. */
  measure?(rows: Pick<FitRows, 'count' | 'width' | 'x'>, y: Float32Array): MetricValues;
  /** The same rows, parameters and seed give the same tensors. Throws AppError `invalid_data`. */
  fit(train: FitRows, params: P, options: FitOptions): Generator<FitStep, Learnt, void>;
  /** Makes what was learnt ready to predict. Throws an Error where it does not hold together. */
  load(learnt: ReadonlyMap<string, TensorValue>, params: P, shape: EstimatorShape): Predict;
  /** For `rows` training rows. */
  cost(params: P, shape: EstimatorShape & { rows: number }): EstimatorCost;
}
