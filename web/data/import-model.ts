/** A model that others made, from the files of it to a definition and its weights on the server. Loaded when first needed. */
import { putWeights } from '../../shared/api/routes/weights.ts';
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { definitionFrom } from '../../shared/import/definition-from.ts';
import { importModel } from '../../shared/import/import-model.ts';
import { weightBytes } from '../../shared/import/make-weight-file.ts';
import { readSource } from '../../shared/import/read-source.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { sha256 } from '../../shared/sha256.ts';
import { api } from '../session.ts';

/** Throws AppError saying what in the model, or about the data, does not fit; nothing is sent then. */
export async function importFiles(
  files: readonly File[],
  { frozen, base, profile }: { frozen: boolean; base: NetworkPipeline; profile: DatasetProfile },
): Promise<NetworkPipeline> {
  const read = files.map(async (file) => ({
    name: file.name,
    bytes: new Uint8Array(await file.arrayBuffer()),
  }));
  const imported = importModel(readSource(await Promise.all(read)));
  const body = weightBytes(imported.weights);
  const hash = sha256(body);
  const spec = definitionFrom(imported, { sha256: hash, frozen }, base, profile);
  await api().call(putWeights, { params: { weights: hash }, body });
  return spec;
}
