/** Rows of a table as instances for a model: what training would have read in them. */
import { isMissing, parseNumber } from '../data/rows.ts';
import { columnOfHistory } from '../pipeline/feature-name.ts';
import type { InputField, Instance } from '../schema/prediction.ts';

/** Latest values by column, the oldest first. */
export type Past = Record<string, number[]>;

/** Columns that the model cannot do without and the table lacks. */
export function missingColumns(inputs: readonly InputField[], names: readonly string[]): string[] {
  const needed = inputs.filter((input) => !('optional' in input && input.optional)).map(columnOf);
  return [...new Set(needed)].filter((name) => !names.includes(name));
}

const columnOf = (input: InputField): string =>
  input.type === 'series' ? columnOfHistory(input.name) : input.name;

/** `past` is what the model looks back at before the first of the rows; what it is after the last comes back with the instances. */
export function instancesOfRows(
  inputs: readonly InputField[],
  names: readonly string[],
  rows: readonly (readonly string[])[],
  past: Past,
): { instances: Instance[]; past: Past } {
  const series = inputs.filter((input) => input.type === 'series');
  const latest = new Map(
    series.map((input) => [columnOf(input), { values: past[columnOf(input)] ?? [], length: 0 }]),
  );
  for (const input of series) {
    const known = latest.get(columnOf(input))!;
    known.length = Math.max(known.length, input.length);
  }
  const places = new Map(names.map((name, i) => [name, i]));
  const instances = rows.map((row) => {
    const fieldOf = (column: string): string => row[places.get(column) ?? -1] ?? '';
    const instance: Instance = {};
    for (const input of inputs) {
      if (input.type === 'series') {
        const { values } = latest.get(columnOf(input))!;
        if (values.length >= input.length) instance[input.name] = values.slice(-input.length);
      } else instance[input.name] = instanceValue(input, fieldOf(input.name));
    }
    for (const [column, known] of latest)
      known.values = [...known.values, numberOf(fieldOf(column))].slice(-known.length);
    return instance;
  });
  return { instances, past: Object.fromEntries([...latest].map(([name, { values }]) => [name, values])) };
}

const numberOf = (field: string): number => (isMissing(field) ? Number.NaN : parseNumber(field));

/** What is no number stays text, for the model to refuse with words. */
function instanceValue({ type }: InputField, field: string): unknown {
  if (isMissing(field)) return null;
  if (type !== 'number') return field;
  const value = parseNumber(field);
  return Number.isNaN(value) ? field : value;
}
