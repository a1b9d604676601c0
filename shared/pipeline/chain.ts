/** Runs a feature's chain of steps over its column, checking what goes into each. */
import type { ColumnData, SeriesColumn } from '../data/table.ts';
import { AppError } from '../errors.ts';
import type { ColumnType } from '../schema/dataset.ts';
import { applyStep } from './apply-step.ts';
import type { FeatureSpec } from './feature-spec.ts';
import type { FittedFeature } from './fitted-pipeline.ts';
import type { FloatBlock, PlaceOf, StepValue } from './step.ts';
import { stepOf } from './steps/step-of.ts';

/** Checks a chain against its column's type; answers whether missing values may come in. Throws AppError `invalid_pipeline`. */
export function checkChain(
  { column, steps, history }: FeatureSpec,
  columnType: ColumnType | 'series',
): { takesMissing: boolean } {
  if (history !== undefined && columnType !== 'number' && columnType !== 'series') {
    throw refuse(column, `it has a "history", which only numbers can have, and holds ${columnType} values`);
  }
  let type: StepValue['type'] = history === undefined ? columnType : 'series';
  for (const spec of steps) {
    const { accepts, gives } = stepOf(spec);
    if (!accepts.includes(type)) {
      throw refuse(column, `the step "${spec.type}" takes ${accepts.join(' or ')}, not ${type}`);
    }
    if (gives !== 'same') type = gives;
  }
  if (type === 'category') throw refuse(column, 'its categories must become numbers; add the step "onehot"');
  if (type === 'series') throw refuse(column, 'its history must become numbers; add the step "lags"');
  if (type === 'image') throw refuse(column, 'its pictures must become numbers; add the step "image"');
  if (type === 'boxes') throw refuse(column, 'its boxes can be predicted, not learnt from; leave it out');
  if (type === 'audio') throw refuse(column, 'its sounds must become numbers; add the step "spectrogram"');
  const [first] = steps;
  const isWhole = columnType === 'image' || columnType === 'audio';
  return { takesMissing: isWhole || (first !== undefined && stepOf(first).takesMissing) };
}

/** Shape of one row that a chain gives; its width is an upper bound where categories decide it. */
export function chainShape({ steps }: FeatureSpec, distinct: number): readonly number[] {
  const spec = steps.findLast((one) => stepOf(one).shape !== undefined);
  return spec ? stepOf(spec).shape!(spec, distinct) : [1];
}

/**
 * A column through its fitted chain. Throws AppError `invalid_data` where a value is missing, wrong or too large. `placeOf`: the
 * rows are of those that it was fitted to, and each has this place among them.
 */
export function applyChain(
  feature: FittedFeature,
  column: ColumnData | SeriesColumn,
  placeOf?: PlaceOf,
): FloatBlock {
  if (column.type !== feature.type) {
    throw refuse(
      feature.column,
      `it holds ${column.type} values; the pipeline was fitted to ${feature.type}`,
    );
  }
  const [first] = feature.steps;
  if (!first || !stepOf(first.spec).takesMissing) requirePresent(feature.column, column);
  const floats = toFloats(
    naming(feature.column, () =>
      feature.steps.reduce<StepValue>((value, step) => applyStep(value, step, placeOf), column),
    ),
  );
  const bad = firstInfinite(floats.data);
  if (bad >= 0) {
    const row = Math.floor(bad / (floats.data.length / column.values.length));
    throw refuse(feature.column, `the value ${column.values[row]} is too large for float32`, 'invalid_data');
  }
  return floats;
}

/** Place of the first that is no finite number; −1 if all are. */
function firstInfinite(data: Float32Array): number {
  // 0 times a finite number is 0, and NaN times any other
  for (let i = 0; i < data.length; i++) if (data[i]! * 0 !== 0) return i;
  return -1;
}

function toFloats(value: StepValue): FloatBlock {
  return value.type === 'floats'
    ? value
    : { type: 'floats', shape: [1], data: new Float32Array(value.values as Float64Array) };
}

export function requirePresent(name: string, column: ColumnData | SeriesColumn): void {
  const isPresent =
    column.type === 'number'
      ? !column.values.includes(Number.NaN)
      : column.type !== 'category' || !column.values.includes(null);
  if (!isPresent) throw refuse(name, 'it has missing values; put the step "impute" first', 'invalid_data');
}

export function naming<T>(column: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw refuse(column, error.message, error.code, error);
  }
}

function refuse(
  column: string,
  why: string,
  code: AppError['code'] = 'invalid_pipeline',
  cause?: unknown,
): AppError {
  return new AppError(code, `column "${column}": ${why}`, { details: { column }, cause });
}
