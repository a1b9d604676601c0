/**
 * What a task is: how its answers are checked, made into numbers, judged, and told. Each is one file in this folder and one line in
 * `list.ts`; its schemas are in `schema/`, its losses and objective in `model/`, its metrics in `evaluate/`.
 */
import type { Table } from '../data/table.ts';
import type { Outcome } from '../evaluate/metric.ts';
import type { Shape } from '../graph/graph.ts';

import type { LossSpec } from '../model/losses/list.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import type { Head, ModelShape } from '../model/trace-model.ts';

import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { TargetTokens } from '../pipeline/text/pieces.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import type { MetricName } from '../schema/metric.ts';
import type { OutputSpec, Prediction, TokenSaid, Truth } from '../schema/prediction.ts';

/** What was learnt of the answers, from the training rows alone. */
export type FittedTarget<O extends OutputSpec = OutputSpec> = Pick<FittedPipeline, 'targetState'> & {
  output: O;
  /** What an instance is, where it is not made of the features' columns. */
  inputs?: FittedPipeline['inputs'];
};

/** And of the features, which some answers are told in the terms of. */
export type Fitted<O extends OutputSpec = OutputSpec> = FittedTarget<O> & Pick<FittedPipeline, 'features'>;

/** What else a definition says that decides what the answers are. */
export interface Asked {
  features: readonly FeatureSpec[];
  loss?: LossSpec | undefined;
  targetTokens?: TargetTokens | undefined;
}

/** What a task answers with that needs more than one pass of the model. */
export interface AnswerScope<O extends OutputSpec = OutputSpec> {
  fitted: FittedPipeline & { output: O };
  model: ModelSpec;
  loss: LossSpec;
  /** A network with parameters of the model's, made ready: rows [rows, …inputShape] to [rows, …places, outputs], a few at a time. */
  network(model: ModelSpec, shape: ModelShape): Promise<(rows: Float32Array) => Promise<Float32Array>>;
}

/** Answers as the numbers that a loss takes. */
export interface Targets {
  /** Of one row; [] for a single number. */
  shape: Shape;
  /** Row-major; places among classes are int32. */
  data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  /** Answers that are texts, as they stand in the data. */
  texts?: readonly string[];
}

/** A model that is run as often as an answer takes. */
export interface AnsweringModel {
  /** Row-major rows of `width` numbers, at most `atOnce` of them; of each what the objective's `answer` takes off the device. */
  run(rows: Float32Array): Promise<Float32Array>;
  /** Numbers that the body takes of a row. */
  width: number;
  atOnce: number;
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
  expect(profile: DatasetProfile, target: string, asked: Asked): Head;
  head(output: O): Head;
  /** What else the network must be like. Throws AppError `invalid_pipeline`. */
  checkModel?(model: ModelSpec, shape: ModelShape, asked: Asked): void;
  /** Rows that each part of a split has its share of; absent: all alike. */
  strata?(table: Table, target: string): Uint32Array[];
  /** Learns from the training rows. Throws AppError `invalid_data`. */
  fit(target: string, table: Table, trainRows: Uint32Array, asked: Asked): FittedTarget<O>;
  /** `places`: of what the head stands on, where it answers for each place. Throws AppError `invalid_data`. */
  encode(fitted: Fitted<O>, table: Table, rows: Uint32Array, places: Shape): Targets | null;
  /** `y`: of each row what an evaluation took off the device, which is the model's output unless the objective says otherwise; `answers`: at the end of a training what `answer` gives. */
  outcome(y: Float32Array, rows: Answered, fitted: Fitted<O>, answers?: Prediction[]): Outcome;
  /** Answers that one pass does not give; `rows`: row-major features. Takes the place of `predictions`. */
  answer?(model: AnsweringModel, rows: Float32Array, fitted: FittedTarget<O>): Promise<Prediction[]>;
  /** The same as `answer`, told as it is found; `return()` ends it. */
  stream?(
    model: AnsweringModel,
    rows: Float32Array,
    fitted: FittedTarget<O>,
  ): AsyncGenerator<TokenSaid, Prediction[]>;
  /** `y`: row-major [rows, …places, outputs]. */
  predictions(y: Float32Array, fitted: Fitted<O>, source: Source): Prediction[];
  /** The answers that the data has, as they are told. */
  truth?(source: Source, fitted: FittedTarget<O>): Truth[];
  /** Where one pass of the model over an instance's features is not its answer: makes, once, what answers. */
  answerer?(scope: AnswerScope<O>): Promise<(instances: Table) => Promise<Prediction[]>>;
}
