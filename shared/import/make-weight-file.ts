/** The file of weights that a backbone begins with, made from the model that its authors published. */
import { encodeSafetensors } from '../artifact/safetensors.ts';
import { AppError } from '../errors.ts';
import type { TensorValue } from '../graph/graph.ts';
import type { WeightFile } from '../model/weight-file.ts';
import { VOCABULARY } from '../pipeline/text/sentence-pieces.ts';
import { sha256 } from '../sha256.ts';
import { importModel } from './import-model.ts';
import { readLayersModel } from './read-layers-model.ts';
import { parseModelJson, pathsOf, readWeights } from './weights-manifest.ts';

/** A file of the published model by its path beside `model.json`, wherever it lies. */
export type ReadPublished = (path: string) => Promise<Uint8Array>;

/** Throws AppError `invalid_data` where it is another model, or the same with other weights; and what `read` throws. */
export async function makeWeightFile(
  { title, sha256: expected, source }: WeightFile,
  read: ReadPublished,
): Promise<Uint8Array<ArrayBuffer>> {
  const modelJson = await readJson(read, 'model.json');
  const model = parseModelJson(modelJson);
  if (!model) throw new AppError('invalid_data', `the model.json of ${title} is no model of TensorFlow.js`);
  const files = new Map<string, Uint8Array>();
  for (const path of pathsOf(model)) files.set(path, await read(path));
  const bytes =
    'until' in source
      ? weightBytes(importModel(readLayersModel(modelJson, files), source.until).weights)
      : weightBytes(source.convert(constantsOf(readWeights(model, files))), {
          [VOCABULARY]: JSON.stringify(await readJson(read, source.vocabulary)),
        });
  const found = sha256(bytes);
  if (found === expected) return bytes;
  throw new AppError(
    'invalid_data',
    `these are not the weights of ${title}: their sha256 is ${found}, expected ${expected}`,
  );
}

async function readJson(read: ReadPublished, path: string): Promise<unknown> {
  const text = new TextDecoder().decode(await read(path));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_data', `${path} is no JSON`, { cause });
  }
}

function constantsOf(weights: readonly { path: string; value: TensorValue }[]) {
  const values = new Map(weights.map(({ path, value }) => [path, value]));
  return (name: string): TensorValue => {
    const value = values.get(name);
    if (value) return value;
    throw new AppError('invalid_data', `the model has no weight "${name}"`);
  };
}

/** The same weights give the same bytes, in whatever order they come. */
export const weightBytes = (
  weights: ReadonlyMap<string, TensorValue>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> =>
  encodeSafetensors(new Map([...weights].sort(([a], [b]) => (a < b ? -1 : 1))), metadata);
