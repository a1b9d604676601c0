/** A number: trained standardised, told in the target's own units. */
import type { Table } from '../data/table.ts';
import type { RegressionOutcome } from '../evaluate/metric.ts';
import { scaleOf } from '../pipeline/number-scale.ts';
import { mean, standardDeviation } from '../pipeline/statistics.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { FittedTarget, OutputTask } from './output-task.ts';
import { targetColumn, targetProfile, wrongTarget } from './target-column.ts';

type Numbers = Extract<OutputSpec, { task: 'regression' }>;

/** Rows of neighbouring targets that are dealt out together. */
const STRATUM = 20;

export const regression: OutputTask<Numbers> = {
  task: 'regression',
  curve: 'rmse',
  check(profile, target) {
    const { type, top } = targetProfile(profile, target);
    if (type === 'number') return;
    throw wrongTarget(target, `holds text such as "${top[0]?.value}"; regression needs numbers`);
  },
  expect: () => ({ outputs: 1 }),
  head: () => ({ outputs: 1 }),
  strata: rowsByRank,
  fit(target, table, trainRows) {
    const column = targetColumn(table, target, trainRows);
    if (column.type !== 'number') throw wrongTarget(target, 'holds text; regression needs numbers');
    const centre = mean(column.values);
    const std = standardDeviation(column.values, centre);
    if (!(std > 0 && std < Number.POSITIVE_INFINITY)) {
      throw wrongTarget(target, `cannot be learnt: its values' standard deviation is ${std}`);
    }
    return { output: { task: 'regression', target }, targetState: { mean: centre, std } };
  },
  encode(fitted, table, rows) {
    const { mean, std } = scaleOf(fitted);
    const { values } = targetColumn(table, fitted.output.target, rows);
    return { shape: [], data: Float32Array.from(values as Float64Array, (y) => (y - mean) / std) };
  },
  outcome(y, { target, groups }, fitted): RegressionOutcome {
    const truth = valuesOf(target!.data, fitted);
    return { task: 'regression', values: valuesOf(y, fitted), truth, groups };
  },
  predictions: (y, fitted) => Array.from(valuesOf(y, fitted), (value) => ({ value })),
  truth({ table, rows }, { output: { target } }) {
    const { values } = targetColumn(table, target, rows);
    return Array.from(values as Float64Array, (value) => ({ value }));
  },
};

/** Standardised values back in the target's own units. */
export function valuesOf(
  standardised: ArrayLike<number>,
  fitted: Pick<FittedTarget, 'targetState'>,
): Float64Array {
  const { mean, std } = scaleOf(fitted);
  return Float64Array.from(standardised, (value) => value * std + mean);
}

/** Rows in the order of the target, in groups of `STRATUM` neighbours. */
function rowsByRank(table: Table, target: string): Uint32Array[] {
  const values = table.columns.get(target)?.values as Float64Array;
  const ranked = Uint32Array.from({ length: table.rows }, (_, row) => row).sort(
    (a, b) => values[a]! - values[b]! || a - b,
  );
  return Array.from({ length: Math.ceil(table.rows / STRATUM) }, (_, i) =>
    ranked.slice(i * STRATUM, (i + 1) * STRATUM),
  );
}
