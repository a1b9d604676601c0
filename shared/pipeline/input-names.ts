/** What the numbers of a model's input stand for: "age", "island = Dream", "when = month, sine". */
import { sizeOf } from './apply-pipeline.ts';
import { featureName } from './feature-name.ts';
import { featureShapes } from './feature-shapes.ts';
import type { FittedPipeline } from './fitted-pipeline.ts';
import { stepOf } from './steps/step-of.ts';

/** One for each number of a row. */
export function inputNames({ features }: Pick<FittedPipeline, 'features'>): string[] {
  const shapes = featureShapes(features);
  return features.flatMap((feature, place) => {
    const column = featureName(feature);
    const width = sizeOf(shapes[place]!.shape);
    const { spec, state } = feature.steps.findLast(({ spec }) => stepOf(spec).names) ?? {};
    const names = (spec && stepOf(spec).names?.(spec, state)) ?? [];
    if (names.length === width && width > 1) return names.map((name) => `${column} = ${name}`);
    return Array.from({ length: width }, (_, i) => (width === 1 ? column : `${column} [${i}]`));
  });
}
