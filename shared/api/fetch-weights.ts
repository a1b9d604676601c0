/** The files of weights that a definition begins with, for whoever trains it. */
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { weightFilesOf } from '../definition/weight-files.ts';
import type { Client } from './client.ts';
import { getWeights } from './routes/weights.ts';

/** By their sha256. */
export async function fetchWeights(
  client: Client,
  spec: PipelineSpec,
  options: { signal?: AbortSignal } = {},
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const weights of weightFilesOf(spec)) {
    const response = await client.call(getWeights, { params: { weights } }, options);
    files.set(weights, new Uint8Array(await response.arrayBuffer()));
  }
  return files;
}
