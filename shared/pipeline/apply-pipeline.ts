/**
 * Rows to features: the only feature code there is. The tab, the runner and the edge call this very function, and its
 * output is the same bytes in each.
 */
import type { ColumnData, SeriesColumn, Table } from '../data/table.ts';
import { takeRows } from '../data/take-rows.ts';
import { AppError } from '../errors.ts';
import { applyChain } from './chain.ts';
import type { FeatureSpec } from './feature-spec.ts';
import type { FittedPipeline } from './fitted-pipeline.ts';
import type { FloatBlock, PlaceOf } from './step.ts';

/**
 * Features of `rows` (all of them by default), one row of `fitted.outputShape` each. `placeOf`: these are of the
 * rows that it was fitted to, and each has this place among them. Throws AppError `invalid_data`.
 */
export function applyPipeline(
  { features, outputShape }: Pick<FittedPipeline, 'features' | 'outputShape'>,
  table: Table,
  rows?: Uint32Array,
  placeOf?: PlaceOf,
): FloatBlock {
  const blocks = features.map((feature) => {
    const column = columnOf(table, feature);
    return applyChain(feature, rows ? takeRows(column, rows) : column, placeOf);
  });
  const [first] = blocks;
  if (blocks.length === 1 && first) return first;

  const width = sizeOf(outputShape);
  const count = rows?.length ?? table.rows;
  const data = new Float32Array(count * width);
  let offset = 0;
  for (const block of blocks) {
    const size = sizeOf(block.shape);
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < size; i++) data[row * width + offset + i] = block.data[row * size + i] as number;
    }
    offset += size;
  }
  return { type: 'floats', shape: outputShape, data };
}

/** The column of a feature, or its history. Throws AppError `invalid_data` where there is none. */
export function columnOf(
  { columns, histories }: Table,
  { column: name, history }: Pick<FeatureSpec, 'column' | 'history'>,
): ColumnData | SeriesColumn {
  const column = history === undefined ? columns.get(name) : lastOf(histories?.get(name), history);
  if (column) return column;
  throw new AppError(
    'invalid_data',
    `the data has no column "${name}"${history === undefined ? '' : ' with a history'}`,
  );
}

/** Histories are as long as the longest that a feature asks for. */
const lastOf = (series: SeriesColumn | undefined, length: number): SeriesColumn | undefined =>
  series && {
    type: 'series',
    values: series.values.map((values) => values.subarray(values.length - length)),
  };

/** Shape of a row made of several features, side by side as flat numbers; one that stands alone keeps its own. */
export function stackShapes(shapes: readonly (readonly number[])[]): number[] {
  const [first] = shapes;
  if (shapes.length === 1 && first) return [...first];
  return [shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)];
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
