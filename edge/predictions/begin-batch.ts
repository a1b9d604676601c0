/** A batch prediction that is asked for: what cannot be answered is refused before there is a job. */

import type * as z from 'zod';
import { missingColumns } from '../../shared/batch/row-instances.ts';
import { AppError } from '../../shared/errors.ts';
import { isRowFormat } from '../../shared/schema/dataset.ts';
import type { BatchRequest } from '../../shared/schema/prediction-job.ts';
import type { InferenceRequest } from '../endpoint/inference-request.ts';
import type { Services } from '../services.ts';
import { getDatasetVersion } from '../store/datasets.ts';
import { addPredictionJob, type PredictionJob } from '../store/prediction-jobs.ts';
import { UNBEGUN } from './batch.ts';
import { checkCallback } from './callback-url.ts';

export async function beginBatch(
  { services, caller: { workspace }, endpoint, requestId }: InferenceRequest<Services>,
  { datasetVersion, on, format, callback }: z.output<typeof BatchRequest>,
  id: string,
): Promise<PredictionJob> {
  const { db, jobs } = services;
  if (callback !== undefined) checkCallback(callback, jobs.callbacksTo);
  const { deployments, graph } = await services.serving(workspace, endpoint);
  const most = deployments.reduce((best, one) => (one.traffic > best.traffic ? one : best));
  const model = graph ?? most.modelVersion;
  const dataset = await getDatasetVersion(db, workspace, datasetVersion);
  const { name, version, format: written, sha256, profile } = dataset;
  const missing = missingColumns(
    model.inputs,
    profile.columns.map(({ name }) => name),
  );
  if (missing.length > 0)
    throw new AppError(
      'invalid_data',
      `body.datasetVersion: "${name}" has no column ${missing.map((one) => `"${one}"`).join(', ')}, which ${model.name} v${model.version} needs`,
      { details: { missing } },
    );
  // of a zip what it says of its files
  const columns = isRowFormat(written)
    ? profile.columns.map(({ name, type }) => ({ name, type }))
    : ['path', 'label'].map((name) => ({ name, type: 'category' as const }));
  const batch = {
    on,
    dataset: { id: dataset.id, name, version, format: written, sha256, rows: profile.rows, columns },
    models: (graph ? deployments : [most]).map(({ modelVersion: { id, name, version }, precision }) => ({
      ...{ id, name, version, precision },
    })),
    graph: graph?.graph ?? null,
    format,
  };
  const job = { workspace, id, kind: 'batch' as const, endpoint, requestId, batch, progress: UNBEGUN };
  const added = await addPredictionJob(db, job, callback);
  jobs.wake(added, Date.now());
  return added;
}
