/**
 * MLflow's scoring protocol: rows in one of the four forms that its servers take, and of each answer what a Python model's `predict`
 * would return, the class or the value alone.
 */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { InputField, Instance, Prediction } from '../../schema/prediction.ts';
import { INSTANCES_MOST } from '../../schema/prediction-limits.ts';

const Row = z.record(z.string(), z.unknown());
const Split = z.looseObject({
  columns: z.array(z.string()).optional(),
  data: z.array(z.array(z.unknown())),
});

/** Exactly one of the four; `params` are let be. */
export const ScoringRequest = z.looseObject({
  dataframe_split: Split.optional(),
  dataframe_records: z.array(Row).optional(),
  instances: z.array(z.unknown()).optional(),
  inputs: z.union([z.array(z.unknown()), z.record(z.string(), z.array(z.unknown()))]).optional(),
});
export type ScoringRequest = z.infer<typeof ScoringRequest>;

export const ScoringReply = z.object({ predictions: z.array(z.unknown()) });

const FORMS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

/** Throws AppError `invalid_request`, naming the field. */
export function instancesOfScoring(request: ScoringRequest, fields: readonly InputField[]): Instance[] {
  const rows = rowsOf(request, fields);
  if (rows.length > INSTANCES_MOST)
    throw refuse(`the body has ${rows.length} rows; at most ${INSTANCES_MOST} are accepted`);
  return rows;
}

function rowsOf(request: ScoringRequest, fields: readonly InputField[]): Instance[] {
  const given = FORMS.filter((form) => request[form] !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none of them' : given.map((form) => `"${form}"`).join(' and ');
    throw refuse(
      `the body has ${got}; expected exactly one of ${FORMS.map((form) => `"${form}"`).join(', ')}`,
    );
  }
  const { dataframe_split, dataframe_records, instances, inputs } = request;
  if (dataframe_split) return ofSplit(dataframe_split, fields);
  if (dataframe_records) return dataframe_records;
  if (inputs && !Array.isArray(inputs)) return ofColumns(inputs);
  return (instances ?? (inputs as unknown[])).map((one, i) => ofRow(one, i, fields));
}

function ofSplit({ columns, data }: z.infer<typeof Split>, fields: readonly InputField[]): Instance[] {
  const names = columns ?? fields.map(({ name }) => name);
  return data.map((row, i) => {
    if (row.length !== names.length)
      throw refuse(
        `dataframe_split.data.${i}: it has ${row.length} values, and there are ${names.length} columns`,
      );
    return Object.fromEntries(row.map((value, column) => [names[column]!, value]));
  });
}

function ofColumns(columns: Record<string, unknown[]>): Instance[] {
  const all = Object.entries(columns);
  const rows = all[0]?.[1].length ?? 0;
  for (const [name, values] of all) {
    if (values.length !== rows)
      throw refuse(`inputs.${name}: it has ${values.length} rows, and "${all[0]![0]}" has ${rows}`);
  }
  return Array.from({ length: rows }, (_, row) =>
    // a column may be told as one of a matrix: [[1], [2]]
    Object.fromEntries(all.map(([name, values]) => [name, alone(values[row])])),
  );
}

const alone = (value: unknown) =>
  Array.isArray(value) && value.length === 1 && typeof value[0] !== 'object' ? value[0] : value;

/** A row by names, or its values in the order of the features; of a model of one feature the value alone. */
function ofRow(row: unknown, i: number, fields: readonly InputField[]): Instance {
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Instance;
  const values = fields.length === 1 ? [row] : Array.isArray(row) ? row : [];
  if (values.length === fields.length)
    return Object.fromEntries(fields.map(({ name }, place) => [name, values[place]]));
  throw refuse(
    `row ${i} has ${values.length} values; expected an object of features, or ${fields.length} values in their order`,
  );
}

/** What a Python model would have returned for the row. */
export function scoreOf(prediction: Prediction): unknown {
  if ('label' in prediction) return prediction.label;
  if ('value' in prediction) return prediction.value;
  if ('text' in prediction) return prediction.text;
  if ('image' in prediction) return prediction.image;
  return prediction.boxes;
}

const refuse = (message: string): AppError => new AppError('invalid_request', message);
