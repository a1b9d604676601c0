/**
 * What a task is: how its answers are checked, made into numbers, judged, and told. Each is one file in this folder and one line in
 * `list.ts`; its schemas are in `schema/`, its losses and objective in `model/`, its metrics in `evaluate/`.
 */
import type { Table } from '../data/table.ts';
import type { Outcome } from '../evaluate/metric.ts';
import type { Shape } from '../graph/graph.ts';
import type { HeadShape } from '../model/trace-model.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { TargetTokens } from '../pipeline/text/pieces.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import type { MetricName } from '../schema/metric.ts';
import type { OutputSpec, Prediction } from '../schema/prediction.ts';

/** What was learnt of the answers, from the training rows alone. */
export type FittedTarget<O extends OutputSpec = OutputSpec> = Pick<FittedPipeline, 'targetState'> & {
  output: O;
};

/** Answers as the numbers that a loss takes. */
export interface Targets {
  /** Of one row; [] for a single number. */
  shape: Shape;
  /** Row-major; places among classes are int32. */
  data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  /** Answers that are texts, as they stand in the data. */
  texts?: readonly string[];
}

/** The part of a pipeline's definition that is about the answers. */
export interface TaskOptions {
  targetTokens?: TargetTokens | undefined;
}

/** A model that is run as often as an answer takes. */
export interface AnsweringModel {
  /** Row-major rows of `width` numbers, at most `atOnce` of them; of each what the objective's `answer` takes off the device. */
  run(rows: Float32Array): Promise<Float32Array>;
  /** Numbers that the body takes of a row. */
  width: number;
  atOnce: number;
}

/** Rows whose answers are known. */
export interface Answered {
  count: number;
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
  expect(profile: DatasetProfile, target: string, options: TaskOptions): HeadShape;
  head(output: O): HeadShape;
  /** Rows that each part of a split has its share of; absent: all alike. */
  strata?(table: Table, target: string): Uint32Array[];
  /** Learns from the training rows. Throws AppError `invalid_data`. */
  fit(target: string, table: Table, trainRows: Uint32Array, options: TaskOptions): FittedTarget<O>;
  /** `places`: of what the head stands on, where it answers for each place. Throws AppError `invalid_data`. */
  encode(fitted: FittedTarget<O>, table: Table, rows: Uint32Array, places: Shape): Targets | null;
  /** `y`: of each row what an evaluation took off the device, which is the model's output unless the objective says otherwise; `answers`: at the end of a training what `answer` gives. */
  outcome(y: Float32Array, rows: Answered, fitted: FittedTarget<O>, answers?: Prediction[]): Outcome;
  /** Answers that one pass does not give; `rows`: row-major features. Takes the place of `predictions`. */
  answer?(model: AnsweringModel, rows: Float32Array, fitted: FittedTarget<O>): Promise<Prediction[]>;
  /** `y`: row-major [rows, …places, outputs]. */
  predictions(y: Float32Array, fitted: FittedTarget<O>): Prediction[];
}
