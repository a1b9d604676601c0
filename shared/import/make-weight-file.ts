/** The file of weights that a backbone begins with, made from the model that its authors published. */
import { encodeSafetensors } from '../artifact/safetensors.ts';
import { AppError } from '../errors.ts';
import type { TensorValue } from '../graph/graph.ts';
import type { WeightFile } from '../model/weight-file.ts';
import { sha256 } from '../sha256.ts';
import { importModel } from './import-model.ts';
import type { SourceModel } from './source-model.ts';

/** Throws AppError `invalid_data` where it is another model, or the same with other weights. */
export function makeWeightFile(
  source: SourceModel,
  { title, sha256: expected, source: { until } }: WeightFile,
) {
  const bytes = weightBytes(importModel(source, until).weights);
  const found = sha256(bytes);
  if (found === expected) return bytes;
  throw new AppError(
    'invalid_data',
    `these are not the weights of ${title}: their sha256 is ${found}, expected ${expected}`,
  );
}

/** The same weights give the same bytes, in whatever order they come. */
export const weightBytes = (weights: ReadonlyMap<string, TensorValue>): Uint8Array<ArrayBuffer> =>
  encodeSafetensors(new Map([...weights].sort(([a], [b]) => (a < b ? -1 : 1))));
