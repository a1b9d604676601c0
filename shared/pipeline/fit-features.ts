/** Learns the features' state (means, categories, …) from the training rows, and from no others. */
import type { ColumnData, SeriesColumn, Table } from '../data/table.ts';
import { takeRows } from '../data/take-rows.ts';
import type { InputField } from '../schema/prediction.ts';
import { columnOf, stackShapes } from './apply-pipeline.ts';
import { applyChain, checkChain } from './chain.ts';
import { historyName } from './feature-name.ts';
import type { FeatureSpec } from './feature-spec.ts';
import { fitChain } from './fit-chain.ts';
import type { FittedPipeline } from './fitted-pipeline.ts';
import { extent, median, mode } from './statistics.ts';
import type { StepTarget, Vocabularies } from './step.ts';
import { stepOf } from './steps/step-of.ts';

/** Of an example text, characters. */
const EXAMPLE_MOST = 500;

/**
 * `trainRows`: places in `table`; `truth`: what is to be predicted of them; `vocabularies`: those that steps name. Throws AppError `invalid_data` or `invalid_pipeline`,
 * naming the column.
 */
export function fitFeatures(
  features: readonly FeatureSpec[],
  table: Table,
  trainRows: Uint32Array,
  truth: StepTarget | undefined,
  vocabularies?: Vocabularies,
): Pick<FittedPipeline, 'features' | 'inputs' | 'outputShape'> {
  const fitted = features.map((feature) => {
    const column = columnOf(table, feature);
    const rows = takeRows(column, trainRows);
    const chain = fitChain(feature, rows, truth, vocabularies);
    const { takesMissing } = checkChain(feature, column.type);
    const { shape } = applyChain(chain, takeRows(column, trainRows.subarray(0, 1)));
    const anyText = feature.steps.some((step) => stepOf(step).takesAnyText === true);
    const seconds = Math.max(0, ...feature.steps.map((step) => ('seconds' in step ? step.seconds : 0)));
    return { chain, shape, input: inputOf(feature.column, rows, { takesMissing, anyText, shape, seconds }) };
  });
  return {
    features: fitted.map(({ chain }) => chain),
    inputs: mergeInputs(fitted.map(({ input }) => input)),
    outputShape: stackShapes(fitted.map(({ shape }) => shape)),
  };
}

/** One input for each column: it may be left out if all its features do without, and be any text if one of them takes any. */
function mergeInputs(inputs: readonly InputField[]): InputField[] {
  const byName = new Map<string, InputField>();
  for (const input of inputs) {
    const other = byName.get(input.name);
    const isWider = other?.type === 'text' || (other?.type === 'series' && other.length > lengthOf(input));
    const wider = other && isWider ? other : input;
    byName.set(
      input.name,
      other && 'optional' in wider && 'optional' in other && 'optional' in input
        ? { ...wider, optional: other.optional && input.optional }
        : wider,
    );
  }
  return [...byName.values()];
}

const lengthOf = (input: InputField): number => (input.type === 'series' ? input.length : 0);

interface Taken {
  takesMissing: boolean;
  anyText: boolean;
  shape: readonly number[];
  /** Of a sound that is looked at. */
  seconds: number;
}

function inputOf(
  name: string,
  column: ColumnData | SeriesColumn,
  { takesMissing: optional, anyText, shape, seconds }: Taken,
): InputField {
  switch (column.type) {
    case 'number': {
      const { values } = column;
      const present = values.includes(Number.NaN) ? values.filter((x) => !Number.isNaN(x)) : values;
      // nothing but an imputed constant: there is no range to show
      if (present.length === 0) return { type: 'number', name, optional, min: 0, max: 0, example: 0 };
      return { type: 'number', name, optional, ...extent(present), example: median(present) };
    }
    case 'category': {
      const present = column.values.filter((value) => value !== null);
      if (anyText)
        return { type: 'text', name, optional, example: (present[0] ?? '').slice(0, EXAMPLE_MOST) };
      const example = present.length === 0 ? '' : mode(present);
      return { type: 'category', name, optional, categories: [...new Set(present)].sort(), example };
    }
    case 'series': {
      const [first] = column.values;
      return {
        type: 'series',
        name: historyName(name),
        length: first?.length ?? 0,
        example: [...(first ?? [])],
      };
    }
    case 'image': {
      const [height, width, channels] = shape as [number, number, number];
      return { type: 'image', name, width, height, channels };
    }
    case 'audio':
      return { type: 'audio', name, seconds };
    case 'boxes':
      throw new TypeError('boxes are no feature'); // checkChain has refused them
  }
}
