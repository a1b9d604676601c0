/** One fitted step over a column. */

import type { FittedFeature } from './fitted-pipeline.ts';
import { oneFloat } from './one-float.ts';
import type { FeatureStep, FloatBlock, PlaceOf, StepValue } from './step.ts';
import { stepOf } from './steps/step-of.ts';

type FittedStep = FittedFeature['steps'][number];
type Plain = Extract<StepValue, { type: 'number' | 'category' }>;

/** `placeOf`: the rows are of those that it was fitted to, and each has this place among them. Throws AppError `invalid_data`. */
export function applyStep(value: StepValue, { spec, state }: FittedStep, placeOf?: PlaceOf): StepValue {
  const step = stepOf(spec);
  if (placeOf && step.applyToTraining) return step.applyToTraining(value, spec, state, placeOf);
  return step.apply ? step.apply(value, spec, state) : applyEach(step, value as Plain, spec, state);
}

function applyEach(step: FeatureStep, column: Plain, spec: FittedStep['spec'], state: unknown): StepValue {
  const each = step.each!(spec, state) as (value: unknown) => number;
  const values = column.values as ArrayLike<unknown>;
  if (step.gives === 'floats') {
    const floats = oneFloat(values, each);
    const width = step.indicator?.(spec, state) ?? null;
    return width === null ? floats : indicate(floats.data, width);
  }
  const type = step.gives === 'same' ? column.type : step.gives;
  return type === 'number'
    ? { type, values: (values as Float64Array).map(each) }
    : { type: 'category', values: Array.from(values, each) as unknown as string[] };
}

/** Rows of `width` zeros, each with a 1 at its place; none where the place is outside. */
function indicate(places: Float32Array, width: number): FloatBlock {
  const data = new Float32Array(places.length * width);
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!;
    if (place >= 0 && place < width) data[row * width + place] = 1;
  }
  return { type: 'floats', shape: [width], data };
}
