/** The answers to the rows of a chunk: rows of a table as they are, of a zip the pictures or sounds that they name. */
import type { RowError } from '../../shared/batch/answer-rows.ts';
import { predictRows } from '../../shared/batch/predict-rows.ts';
import { instancesOfRows, type Past } from '../../shared/batch/row-instances.ts';
import { openEntry } from '../../shared/data/zip-entries.ts';
import { AppError } from '../../shared/errors.ts';
import type { InputField, Prediction } from '../../shared/schema/prediction.ts';
import type { OpenModel } from '../endpoint/models.ts';

interface Answered {
  answers: (Prediction | RowError)[];
  past: Past;
}

export async function answerRows(
  predict: OpenModel['predict'],
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
  blobs: R2Bucket,
  predict: OpenModel['predict'],
  inputs: readonly InputField[],
  rows: readonly (readonly string[])[],
  zip: string,
): Promise<Answered> {
  const answers: (Prediction | RowError)[] = [];
  for (let row = 0; row < rows.length; row += EXAMPLES) {
    const files = await Promise.all(
      rows.slice(row, row + EXAMPLES).map((fields) => readExample(blobs, zip, fields)),
    );
    const instances = files.map((file) => Object.fromEntries(inputs.map(({ name }) => [name, file])));
    answers.push(...(await predictRows(predict, instances)));
  }
  return { answers, past: {} };
}

async function readExample(blobs: R2Bucket, zip: string, fields: readonly string[]): Promise<Uint8Array> {
  const [path = '', , ...numbers] = fields;
  const [offset = 0, length = 0, packed = 0, size = 0, method = 0] = numbers.map(Number);
  if (length > EXAMPLE_BYTES || size > EXAMPLE_BYTES)
    throw new AppError('invalid_data', `"${path}" has more than ${EXAMPLE_BYTES} bytes`);
  const object = await blobs.get(zip, { range: { offset, length } });
  if (!object) throw new AppError('not_found', 'the data set is no longer in the store');
  return openEntry(new Uint8Array(await object.arrayBuffer()), { path, packed, size, method });
}
