/** Features back to their columns' own units, as far as their steps can be undone: what a model sees, for people to read. */
import type { ColumnData } from '../data/table.ts';
import { featureName } from './feature-name.ts';
import { featureShapes } from './feature-shapes.ts';
import type { FittedFeature, FittedPipeline } from './fitted-pipeline.ts';
import type { FloatBlock, StepValue } from './step.ts';
import { stepOf } from './steps/step-of.ts';

/** What a feature was made of, or null where one of its steps cannot be undone. */
export function invertChain({ steps, history }: FittedFeature, block: FloatBlock): ColumnData | null {
  if (history !== undefined) return null;
  let value: StepValue = block;
  for (const { spec, state } of steps.toReversed()) {
    const step = stepOf(spec);
    if (!step.inverse) return null;
    value = step.inverse(step.gives === 'floats' ? value : numbersOf(value), spec, state);
  }
  const column = numbersOf(value);
  return column.type === 'number' || column.type === 'category' ? column : null;
}

/** A chain may end in numbers that nothing has made floats of. */
const numbersOf = (value: StepValue): Exclude<StepValue, FloatBlock> =>
  value.type === 'floats' ? { type: 'number', values: Float64Array.from(value.data) } : value;

/** Of rows of `fitted.outputShape`, row-major: each feature that can be undone, under its name. */
export function invertPipeline(
  { features }: Pick<FittedPipeline, 'features'>,
  data: Float32Array,
): Map<string, ColumnData> {
  const sizes = featureShapes(features).map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const rows = data.length / width;
  const inverted = new Map<string, ColumnData>();
  let offset = 0;
  for (const [i, feature] of features.entries()) {
    const size = sizes[i]!;
    const block = new Float32Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const start = row * width + offset;
      block.set(data.subarray(start, start + size), row * size);
    }
    const column = invertChain(feature, { type: 'floats', shape: [size], data: block });
    if (column) inverted.set(featureName(feature), column);
    offset += size;
  }
  return inverted;
}
