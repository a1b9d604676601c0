/** Which shape each feature of a fitted pipeline has in one row; side by side they make the model's input. */
import type { ColumnData, SeriesColumn } from '../data/table.ts';
import { applyChain } from './chain.ts';
import { featureName } from './feature-name.ts';
import type { FittedFeature } from './fitted-pipeline.ts';

/** Found by sending no rows through each chain. */
export function featureShapes(
  features: readonly FittedFeature[],
): { column: string; shape: readonly number[] }[] {
  return features.map((feature) => ({
    column: featureName(feature),
    shape: applyChain(feature, noRows(feature.type)).shape,
  }));
}

function noRows(type: FittedFeature['type']): ColumnData | SeriesColumn {
  return type === 'number' ? { type, values: new Float64Array(0) } : { type, values: [] };
}
