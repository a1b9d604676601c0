/** The answers to the rows of a chunk: rows of a table as they are, of a zip the pictures or sounds that they name. */
import { openEntry } from '../data/zip-entries.ts';
import { AppError } from '../errors.ts';
import type { InputField, Prediction } from '../schema/prediction.ts';
import type { RowError } from './answer-rows.ts';
import { type Predict, predictRows } from './predict-rows.ts';
import { instancesOfRows, type Past } from './row-instances.ts';

export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

interface Answered {
  answers: (Prediction | RowError)[];
  past: Past;
}

export async function answerRows(
  predict: Predict,
  inputs: readonly InputField[],
  { names, rows }: { names: readonly string[]; rows: readonly (readonly string[])[] },
  before: Past,
): Promise<Answered> {
  const { instances, past } = instancesOfRows(inputs, names, rows, before);
  return { answers: await predictRows(predict, instances), past };
}

/** What is listed of each file of a zip; the first two are columns of the output. */
export const EXAMPLE_KEYS = ['path', 'label', 'at', 'length', 'packed', 'size', 'method'] as const;
/** Held in memory at a time. */
const EXAMPLES = 4;
const EXAMPLE_BYTES = 16 << 20;

export async function answerExamples(
  predict: Predict,
  inputs: readonly InputField[],
  rows: readonly (readonly string[])[],
  readZip: ReadBytes,
): Promise<Answered> {
  const answers: (Prediction | RowError)[] = [];
  for (let row = 0; row < rows.length; row += EXAMPLES) {
    const some = rows.slice(row, row + EXAMPLES);
    const files = await Promise.all(some.map((fields) => readExample(readZip, fields)));
    const instances = files.map((file) => Object.fromEntries(inputs.map(({ name }) => [name, file])));
    answers.push(...(await predictRows(predict, instances)));
  }
  return { answers, past: {} };
}

async function readExample(readZip: ReadBytes, fields: readonly string[]): Promise<Uint8Array> {
  const [path = '', , ...numbers] = fields;
  const [offset = 0, length = 0, packed = 0, size = 0, method = 0] = numbers.map(Number);
  if (length > EXAMPLE_BYTES || size > EXAMPLE_BYTES)
    throw new AppError('invalid_data', `"${path}" has more than ${EXAMPLE_BYTES} bytes`);
  return openEntry(await readZip(offset, length), { path, packed, size, method });
}
