/** Features taken out of the model's one input, where they lie side by side. */
import { AppError } from '../errors.ts';
import type { Shape } from '../graph/graph.ts';
import { sameShape, sizeOf } from '../graph/operator.ts';
import type { Ops, TensorRef } from '../graph/ops.ts';

/** A feature and the shape it has in one row; the features of a list lie one behind the other. */
export interface FeaturePlace {
  column: string;
  shape: Shape;
}

/** Where a feature begins in a row of all of them, and its shape. Throws AppError `invalid_pipeline` if there is none. */
export function placeOfFeature(
  features: readonly FeaturePlace[],
  column: string,
): { begin: number; shape: Shape } {
  const place = features.findIndex((feature) => feature.column === column);
  if (place < 0) throw new AppError('invalid_pipeline', unknownFeature(column, features));
  const begin = features.slice(0, place).reduce((sum, feature) => sum + sizeOf(feature.shape), 0);
  return { begin, shape: features[place]!.shape };
}

/** The feature `column` out of `x` [batch, …] as [batch, …shape]. Throws AppError `invalid_pipeline` if there is none. */
export function takeFeature(
  ops: Ops,
  x: TensorRef,
  features: readonly FeaturePlace[],
  column: string,
): TensorRef {
  const { begin, shape } = placeOfFeature(features, column);
  const batch = x.shape[0]!;
  const whole = [batch, ...shape];
  if (sameShape(x.shape, whole)) return x;
  const flat = x.shape.length === 2 ? x : ops.reshape(x, { shape: [batch, sizeOf(x.shape.slice(1))] });
  const part = ops.slice(flat, { begin: [0, begin], size: [batch, sizeOf(shape)] });
  return shape.length === 1 ? part : ops.reshape(part, { shape: whole });
}

export function unknownFeature(column: string, features: readonly { column: string }[]): string {
  const names = features.map((feature) => `"${feature.column}"`).slice(0, 20);
  return `there is no feature "${column}"; there are ${names.join(', ')}`;
}
