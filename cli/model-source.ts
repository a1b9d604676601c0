/** Files of a model as a person names them → the model, and its weights on the server. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Client } from '../shared/api/client.ts';
import { putWeights } from '../shared/api/routes/weights.ts';
import { type ImportedModel, importModel } from '../shared/import/import-model.ts';
import { weightBytes } from '../shared/import/make-weight-file.ts';
import { type NamedFile, readSource } from '../shared/import/read-source.ts';
import type { SourceModel } from '../shared/import/source-model.ts';
import { sha256 } from '../shared/sha256.ts';
import { badUsage } from './failure.ts';

/** A folder, a `model.json` (whose weights lie beside it), a zip, a `.keras` or an `.h5` file. */
export async function readModelFiles(path: string): Promise<SourceModel> {
  const found = await stat(path).catch(() => null);
  if (!found) throw badUsage(`no such file: ${path}`);
  if (found.isDirectory()) return readSource(await filesIn(path));
  if (/\.json$/i.test(path)) {
    const beside = await filesIn(dirname(path));
    return readSource(beside.filter(({ name }) => name === basename(path) || !/\.json$/i.test(name)));
  }
  return readSource([{ name: basename(path), bytes: await readFile(path) }]);
}

const MODEL_FILES = /\.(json|bin)$|shard/i;

async function filesIn(folder: string): Promise<NamedFile[]> {
  const names = (await readdir(folder)).filter((name) => MODEL_FILES.test(name));
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

export interface Uploadable {
  imported: ImportedModel;
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
}

export async function importFile(path: string, until: string | undefined): Promise<Uploadable> {
  const imported = importModel(await readModelFiles(path), until);
  const bytes = weightBytes(imported.weights);
  return { imported, bytes, sha256: sha256(bytes) };
}

export async function uploadWeights(
  client: Client,
  { bytes, sha256: weights }: Pick<Uploadable, 'bytes' | 'sha256'>,
): Promise<void> {
  await client.call(putWeights, { params: { weights }, body: bytes });
}
