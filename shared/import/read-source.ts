/** A model out of the files that a person has of it, whatever made them. */
import { unzipSync } from 'fflate';
import * as z from 'zod';
import { AppError, messageOf } from '../errors.ts';
import { readH5 } from './read-hdf5.ts';
import { readKeras } from './read-keras.ts';
import { readLayersModel, weightPaths } from './read-layers-model.ts';
import type { SourceModel } from './source-model.ts';

export interface NamedFile {
  name: string;
  bytes: Uint8Array;
}

export const EXPECTED_MODELS =
  'a TensorFlow.js model.json with its files of weights, what Teachable Machine exports (also as zip), or a Keras .keras or .h5 file';

/** Throws AppError `unsupported` or `invalid_data`. */
export function readSource(files: readonly NamedFile[]): SourceModel {
  try {
    return read(files);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new AppError('invalid_data', `${files[0]?.name ?? 'the model'} is damaged: ${problem}`, {
      cause: error,
    });
  }
}

function read(files: readonly NamedFile[]): SourceModel {
  const [first] = files;
  if (files.length === 1 && first) {
    if (startsWith(first.bytes, '\x89HDF')) return readH5(first.bytes);
    if (startsWith(first.bytes, 'PK')) {
      const inside = unzipSync(first.bytes);
      const names = Object.keys(inside);
      if (names.includes('config.json') && names.includes('model.weights.h5')) return readKeras(first.bytes);
      return read(Object.entries(inside).map(([name, bytes]) => ({ name: baseName(name), bytes })));
    }
  }
  const model =
    files.find(({ name }) => baseName(name) === 'model.json') ??
    files.find(({ name }) => /\.json$/.test(name));
  if (!model)
    throw new AppError('unsupported', `there is no model among these files; expected ${EXPECTED_MODELS}`);
  const json = parseJson(model);
  const wanted = weightPaths(json);
  const byName = new Map(files.map(({ name, bytes }) => [baseName(name), bytes]));
  return readLayersModel(
    json,
    new Map(
      wanted.flatMap((path) => {
        const bytes = byName.get(baseName(path));
        return bytes ? [[path, bytes] as const] : [];
      }),
    ),
  );
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((char, i) => bytes[i] === char.charCodeAt(0));

function parseJson({ name, bytes }: NamedFile): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new AppError('unsupported', `${name} is no JSON; expected ${EXPECTED_MODELS}`);
  }
}
