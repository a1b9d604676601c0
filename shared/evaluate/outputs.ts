/** From what a model gives (logits, or standardised values) to what people and metrics read. */
import { sizeOf } from '../graph/operator.ts';
import { softmax } from '../graph/operators/softmax.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { Outcome } from './metric.ts';

/** What `fitted` says about the model's output. */
type OutputState = Pick<FittedPipeline, 'output' | 'targetState'>;

/** Row-major [rows, classes]. */
export function probabilitiesOf(logits: Float32Array, classes: number): Float32Array {
  const shape = [logits.length / classes, classes];
  const data = new Float32Array(sizeOf(shape));
  softmax.reference([{ shape, data: logits }], {}, { shape, data });
  return data;
}

/** Standardised values back in the target's own units. */
export function valuesOf(standardised: Float32Array, { targetState }: OutputState): Float64Array {
  const { mean, std } = targetState ?? { mean: 0, std: 1 };
  return Float64Array.from(standardised, (value) => value * std + mean);
}

/** `truth` as `applyTarget` gives it; `groups`: rows that are ranked against one another. */
export function outcomeOf(
  y: Float32Array,
  { targets: truth, groups }: { targets: Float32Array; groups?: Int32Array | undefined },
  state: OutputState,
): Outcome {
  if (state.output.task === 'regression') {
    return { task: 'regression', values: valuesOf(y, state), truth: valuesOf(truth, state), groups };
  }
  const classes = state.output.classes.length;
  return { task: 'classification', classes, probabilities: probabilitiesOf(y, classes), truth };
}
