/** The fitted features of a pipeline as a TypeScript module of its own. */
import { AppError } from '../../errors.ts';
import { historyName } from '../../pipeline/feature-name.ts';
import type { FittedFeature, FittedPipeline } from '../../pipeline/fitted-pipeline.ts';
import { scaleOf } from '../../pipeline/number-scale.ts';
import { stepOf } from '../../pipeline/steps/step-of.ts';
import { helpersFor } from '../helpers-for.ts';
import { TYPESCRIPT_HELPERS } from './helpers.ts';

/** `preprocess.ts`: `features(row)`, and what the model's numbers mean. */
export function typescriptPreprocessing(fitted: FittedPipeline): string {
  const { features, outputShape, output } = fitted;
  const { mean, std } = scaleOf(fitted);
  const columns = features.map(featureCode).join('\n');
  const meaning =
    output.task === 'classification'
      ? `export const CLASSES = ${JSON.stringify(output.classes)};`
      : `/** The model gives (value - MEAN) / STD. */\nexport const [MEAN, STD] = [${mean}, ${std}];`;
  return `/** Features as the model was trained on them; all numbers come from its training rows. */

/**
 * A row as JSON: numbers, texts, pictures as nested arrays [height][width] or [height][width][3], sounds as WAV in base64, histories
 * as arrays with the oldest value first; null for no value.
 */
export type Row = Readonly<Record<string, unknown>>;

export const TARGET = ${JSON.stringify(output.target)};
${meaning}

${helpersFor(TYPESCRIPT_HELPERS, columns).join('\n\n')}

/** A column, and what is done to its value, in this order. */
const column = (name: string, isNumber: boolean, ...steps: ((value: never) => unknown)[]) => (row: Row) => {
  const value = row[name] ?? (isNumber ? Number.NaN : null);
  return steps.reduce<unknown>((made, step) => step(made as never), value) as number | number[];
};

const COLUMNS = [
${columns}
];

/** The shape of one row. */
export const SHAPE = ${JSON.stringify(outputShape).replaceAll(',', ', ')};

/** The numbers that the model takes for one row, flat. */
export const features = (row: Row): number[] => COLUMNS.flatMap((column) => column(row));
`;
}

function featureCode({ column, type, steps }: FittedFeature): string {
  const code = steps.map(({ spec, state }) => {
    const { typescript } = stepOf(spec);
    if (typescript) return typescript(spec, state);
    throw new AppError(
      'unsupported',
      `column "${column}": the step "${spec.type}" has no TypeScript form yet`,
    );
  });
  const name = type === 'series' ? historyName(column) : column;
  return `  column(${[JSON.stringify(name), type === 'number', ...code].join(', ')}),`;
}
