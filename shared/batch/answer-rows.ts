/** Rows with their predictions, as CSV or as JSON lines: the columns as they came, those of the prediction, and `error`. */
import { isMissing, parseNumber } from '../data/rows.ts';
import type { ColumnType } from '../schema/dataset.ts';
import type { OutputSpec, Prediction } from '../schema/prediction.ts';
import type { BatchFormat } from '../schema/prediction-job.ts';

export interface Column {
  name: string;
  type: ColumnType;
}
/** In place of a prediction: what is wrong with the row. */
export interface RowError {
  error: string;
}
type Value = string | number | null;

/** Of the prediction, then the error's. A name that the table has already gets underscores behind it. */
export function answerColumns(output: OutputSpec, taken: readonly string[]): string[] {
  const names = [`predicted_${output.target}`, ...detailsOf(output).map(({ name }) => name), 'error'];
  const all = [...taken];
  return names.map((name) => {
    let free = name;
    while (all.includes(free)) free += '_';
    all.push(free);
    return free;
  });
}

interface Detail {
  name: string;
  read(prediction: Prediction): Value;
}
function detailsOf(output: OutputSpec): Detail[] {
  if (output.task === 'classification')
    return output.classes.map((label) => ({
      name: `probability_${label}`,
      read: (prediction) =>
        'probabilities' in prediction ? (prediction.probabilities[label] ?? null) : null,
    }));
  if (output.task === 'translation')
    return [{ name: 'score', read: (prediction) => ('score' in prediction ? prediction.score : null) }];
  return [];
}

function answerOf(prediction: Prediction): Value {
  if ('label' in prediction) return prediction.label;
  if ('value' in prediction) return prediction.value;
  if ('text' in prediction) return prediction.text;
  return 'image' in prediction ? prediction.image : JSON.stringify(prediction.boxes);
}

function valuesOf(answer: Prediction | RowError, details: readonly Detail[]): Value[] {
  if ('error' in answer) return [null, ...details.map(() => null), answer.error];
  return [answerOf(answer), ...details.map(({ read }) => read(answer)), null];
}

/** A line for each row, of which the first fields are those of `columns`; with `head`, CSV has the line of names before them. */
export function writeAnswers(
  format: BatchFormat,
  output: OutputSpec,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  answers: readonly (Prediction | RowError)[],
  head: boolean,
): string {
  const given = columns.map(({ name }) => name);
  const names = [...given, ...answerColumns(output, given)];
  const details = detailsOf(output);
  const lines = rows.map((all, i) => {
    const row = all.slice(0, columns.length);
    const told = valuesOf(answers[i]!, details);
    if (format === 'csv') return [...row, ...told].map(csvField).join(',');
    const values = [...row.map((field, column) => jsonValue(field, columns[column]!.type)), ...told];
    return JSON.stringify(Object.fromEntries(names.map((name, column) => [name, values[column]])));
  });
  if (format === 'csv' && head) lines.unshift(names.map(csvField).join(','));
  return lines.map((line) => `${line}\n`).join('');
}

function csvField(value: Value): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonValue(field: string, type: ColumnType): Value {
  if (isMissing(field)) return null;
  const value = type === 'number' ? parseNumber(field) : Number.NaN;
  return Number.isNaN(value) ? field : value;
}
