/**
 * What a task is: how its answers are checked, made into numbers, judged, and told. Each is one file in this folder and one line in
 * `list.ts`; its schemas are in `schema/`, its losses and objective in `model/`, its metrics in `evaluate/`.
 */
import type { Table } from '../data/table.ts';
import type { Outcome } from '../evaluate/metric.ts';
import type { Shape } from '../graph/graph.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import type { HeadShape } from '../model/trace-model.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import type { MetricName } from '../schema/metric.ts';
import type { OutputSpec, Prediction } from '../schema/prediction.ts';

/** What was learnt of the answers, from the training rows alone. */
export type FittedTarget<O extends OutputSpec = OutputSpec> = Pick<FittedPipeline, 'targetState'> & {
  output: O;
};

/** And of the features, which some answers are told in the terms of. */
export type Fitted<O extends OutputSpec = OutputSpec> = FittedTarget<O> & Pick<FittedPipeline, 'features'>;

/** Answers as the numbers that a loss takes. */
export interface Targets {
  /** Of one row; [] for a single number. */
  shape: Shape;
  /** Row-major; places among classes are int32. */
  data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

/** Rows of a table, and what of each the head answers for: [], or the shape of the places. */
export interface Source {
  table: Table;
  rows: Uint32Array;
  places: Shape;
}

/** Rows whose answers are known. */
export interface Answered {
  count: number;
  source: Source;
  /** Null where the task has no answers. */
  target: Targets | null;
  /** Rows of the same number are ranked against one another. */
  groups?: Int32Array | undefined;
}

export interface OutputTask<O extends OutputSpec = OutputSpec> {
  task: O['task'];
  /** The metric that people read while it trains; the larger the better unless its goal says otherwise. */
  curve: MetricName;
  /** Whether the target can be learnt so, as far as the profile tells. Throws AppError `invalid_data`. */
  check(profile: DatasetProfile, target: string): void;
  /** The head that the profile leads one to expect. */
  expect(profile: DatasetProfile, target: string): HeadShape;
  head(output: O): HeadShape;
  /** Whether features, blocks and the places that they end in will do for it; absent: any will. Throws AppError `invalid_pipeline`. */
  checkModel?(spec: { features: readonly FeatureSpec[]; model: ModelSpec }, places: Shape): void;
  /** Rows that each part of a split has its share of; absent: all alike. */
  strata?(table: Table, target: string): Uint32Array[];
  /** Learns from the training rows. Throws AppError `invalid_data`. */
  fit(target: string, table: Table, trainRows: Uint32Array): FittedTarget<O>;
  /** `places`: of what the head stands on, where it answers for each place. Throws AppError `invalid_data`. */
  encode(fitted: Fitted<O>, table: Table, rows: Uint32Array, places: Shape): Targets | null;
  /** `y`: of each row what an evaluation took off the device, which is the model's output unless the objective says otherwise. */
  outcome(y: Float32Array, rows: Answered, fitted: Fitted<O>): Outcome;
  /** `y`: row-major [rows, …places, outputs]. */
  predictions(y: Float32Array, fitted: Fitted<O>, source: Source): Prediction[];
}
