/** Goes through rows that only this tab has as a training would, so that what does not fit is said before it begins. */
import { createClient } from '../../shared/api/client.ts';
import { fetchWeights } from '../../shared/api/fetch-weights.ts';
import { messageOf } from '../../shared/errors.ts';
import { tryRows } from '../../shared/train/own-rows.ts';
import { rowsOfOwn } from './rows-of-job.ts';
import type { RowsToTry, RowsTried } from './try-rows.ts';

self.onmessage = async ({ data }: MessageEvent<RowsToTry>) => {
  const error = await attempt(data).then(() => null, messageOf);
  self.postMessage({ error } satisfies RowsTried);
};

async function attempt({ baseUrl, token, job, own }: RowsToTry): Promise<void> {
  const api = createClient({ baseUrl, token });
  const { spec } = job.pipeline;
  const files = await fetchWeights(api, spec);
  const { table, fitted } = await rowsOfOwn(api, job, own, files);
  await tryRows(spec, table, fitted, files);
}
