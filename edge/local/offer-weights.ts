/** The weights that backbones begin with, out of a folder of local copies, into the store of this machine's server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '../../shared/api/client.ts';
import { listWeights, putWeights } from '../../shared/api/routes/weights.ts';
import { messageOf } from '../../shared/errors.ts';
import { makeWeightFile } from '../../shared/import/make-weight-file.ts';
import { readLayersModel, weightPaths } from '../../shared/import/read-layers-model.ts';
import { backbones } from '../../shared/model/backbones/list.ts';

/** Never fails: without them, the templates that begin with them are not suggested. */
export async function offerWeights(
  { url, ownerToken }: { url: string; ownerToken: string },
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const client = createClient({ baseUrl: url, token: ownerToken });
  try {
    const missing = (await client.call(listWeights, {})).filter(({ available }) => !available);
    for (const { weights } of backbones) {
      if (!missing.some(({ sha256 }) => sha256 === weights.sha256)) continue;
      const path = join(folder, weights.source.folder);
      const text = await readFile(join(path, 'model.json'), 'utf8').catch(() => null);
      if (text === null) continue;
      const json: unknown = JSON.parse(text);
      const files = new Map<string, Uint8Array>();
      for (const name of weightPaths(json)) files.set(name, await readFile(join(path, name)));
      const body = makeWeightFile(readLayersModel(json, files), weights);
      await client.call(putWeights, { params: { weights: weights.sha256 }, body });
    }
  } catch (error) {
    log(`Pretrained weights in ${folder} were not taken: ${messageOf(error)}`);
  }
}
