/** Size of a model in numbers to learn. */
import { sizeOf } from '../graph/operator.ts';
import type { ModelSpec } from './model-spec.ts';
import { type ModelShape, traceModel } from './trace-model.ts';

/** Throws AppError `invalid_pipeline` when a block does not fit the one before it. */
export function countParameters(spec: ModelSpec, shape: ModelShape): number {
  const { parameters } = traceModel(spec, { ...shape, batch: 1, training: false });
  return parameters.reduce((total, parameter) => total + sizeOf(parameter.shape), 0);
}
