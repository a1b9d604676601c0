/** What a metric is: a number from predictions and the truth. Each metric is one file and one line in `list.ts`. */
import type { MetricName } from '../schema/metric.ts';
import type { Box, DetectedBox } from '../schema/prediction.ts';

export interface ClassificationOutcome {
  task: 'classification';
  classes: number;
  /** Row-major [rows, classes]. */
  probabilities: Float32Array;
  /** Class index of each row. */
  truth: Float32Array | Int32Array;
}

export interface RegressionOutcome {
  task: 'regression';
  /** Both in the target's own units. */
  values: Float64Array;
  truth: Float64Array;
  /** Rows of the same number are ranked against one another. */
  groups?: Int32Array | undefined;
}

/** Of each picture the boxes; all in its own pixels. */
export interface DetectionOutcome {
  task: 'object-detection';
  classes: readonly string[];
  found: readonly (readonly DetectedBox[])[];
  truth: readonly (readonly { label: string; box: Box }[])[];
}

export interface TranslationOutcome {
  task: 'translation';
  /** Tokens that were the most probable after the true ones before them, of how many. */
  right: number;
  tokens: number;
  /** Whole texts, where they were asked for. */
  texts?: { said: readonly string[]; truth: readonly string[] } | undefined;
}

/** Of what is judged by its loss alone. */
export interface GenerationOutcome {
  task: 'image-generation';
  /** Of each row. */
  losses: Float32Array;
}

export type Outcome =
  | ClassificationOutcome
  | RegressionOutcome
  | DetectionOutcome
  | TranslationOutcome
  | GenerationOutcome;

/** `compute` answers null where the metric is not defined, such as an AUC of one class. */
export interface MetricOf<O extends Outcome> {
  name: MetricName;
  task: O['task'];
  compute(outcome: O): number | null;
}
export type ClassificationMetric = MetricOf<ClassificationOutcome>;
export type RegressionMetric = MetricOf<RegressionOutcome>;
export type DetectionMetric = MetricOf<DetectionOutcome>;
export type Metric =
  | ClassificationMetric
  | RegressionMetric
  | DetectionMetric
  | MetricOf<TranslationOutcome>
  | MetricOf<GenerationOutcome>;

/** Class with the largest probability; the first of equals. */
export function predictedClass(
  { probabilities, classes }: Pick<ClassificationOutcome, 'probabilities' | 'classes'>,
  row: number,
): number {
  let best = 0;
  for (let c = 1; c < classes; c++) {
    if (probabilities[row * classes + c]! > probabilities[row * classes + best]!) best = c;
  }
  return best;
}
