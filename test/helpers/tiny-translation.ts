/** An endpoint that translates a language of a few words, learnt for a moment. */
import type { Client } from '../../shared/api/client.ts';
import { sha256 } from '../../shared/sha256.ts';
import { tinyLanguageSpec, tinyLanguageTable } from '../../shared/train/tiny-language-for-tests.ts';
import { finish } from '../../shared/train/train-fixtures.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { createModelProject, deployTrained } from './edge-scenario.ts';
import { wasmCandidate } from './wasm-candidate.ts';

/** From `english` to `french`, in a project of the endpoint's name. */
export async function serveTinyTranslation(api: Client, endpoint: string): Promise<void> {
  const table = tinyLanguageTable(200);
  const [english, french] = ['english', 'french'].map((name) => table.columns.get(name)!.values as string[]);
  const rows = english!.map((text, i) => `${text}\t${french![i]}`);
  const bytes = new TextEncoder().encode(`english\tfrench\n${rows.join('\n')}\n`);
  const spec = tinyLanguageSpec({ epochs: 6 });
  const trained = await finish(trainPipeline([wasmCandidate], { spec, table, datasetSha256: sha256(bytes) }));
  const type = 'text/tab-separated-values';
  const project = await createModelProject(api, endpoint, { bytes, type, spec });
  await deployTrained(api, project, endpoint, trained);
}
