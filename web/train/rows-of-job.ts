/** What a job learns from: the dataset that the server has or, of a participant whose rows only this tab has, those, by features fitted to it. */
import type { Client } from '../../shared/api/client.ts';
import { getDatasetContent } from '../../shared/api/routes/datasets.ts';
import type { JobAssignment } from '../../shared/api/routes/jobs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import type { Table } from '../../shared/data/table.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256 } from '../../shared/sha256.ts';
import type { WeightFiles } from '../../shared/train/initial-weights.ts';
import { loadOwnRows } from '../../shared/train/own-rows.ts';
import { fitRows } from '../../shared/train/prepare-rows.ts';
import type { TrainOptions } from '../../shared/train/train-options.ts';
import type { Inspection } from '../data/inspect.ts';

export type JobData = Pick<JobAssignment, 'dataset'> & { pipeline: Pick<JobAssignment['pipeline'], 'spec'> };

/** Throws AppError `invalid_data`. */
export async function rowsOfDataset(
  api: Client,
  { dataset }: Pick<JobData, 'dataset'>,
): Promise<Pick<TrainOptions, 'table' | 'datasetSha256'>> {
  return { table: await download(api, dataset), datasetSha256: dataset.sha256 };
}

/** Throws AppError `invalid_data`, which may quote the rows. */
export async function rowsOfOwn(
  api: Client,
  { dataset, pipeline: { spec } }: JobData,
  own: Inspection,
  files: WeightFiles,
): Promise<Required<Pick<TrainOptions, 'table' | 'datasetSha256' | 'fitted'>>> {
  const fitted = fitRows(spec, await download(api, dataset), files);
  const bytes = new Uint8Array(await own.blob.arrayBuffer());
  if (sha256(bytes) !== own.sha256)
    throw new AppError('invalid_data', 'the file has changed since it was chosen; choose it again');
  const table = loadOwnRows(spec, { ...own, bytes }, dataset.profile, fitted);
  return { table, datasetSha256: own.sha256, fitted };
}

async function download(api: Client, dataset: JobData['dataset']): Promise<Table> {
  const response = await api.call(getDatasetContent, { params: { version: dataset.id } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (sha256(bytes) !== dataset.sha256) {
    throw new AppError(
      'invalid_data',
      `${dataset.name} v${dataset.version} arrived damaged: its sha256 differs`,
    );
  }
  return loadDataset(bytes, dataset.format, dataset.profile);
}
