/** Datasets: bytes stream to R2 under their sha256 while they are checked and profiled. */
import * as z from 'zod';
import { Dataset, type DatasetFormat, DatasetVersion } from '../../schema/dataset.ts';
import { idOf, Name } from '../../schema/id.ts';
import { route } from '../route.ts';
import { ProjectParams } from './projects.ts';

const tag = 'Datasets';

/** Largest dataset file accepted, bytes. */
export const MAX_DATASET_BYTES = 512 * 1024 * 1024;

/** Content types that a dataset may be sent as, and what they mean. */
export const DATASET_CONTENT_TYPES = {
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/x-ndjson': 'json',
  'application/json': 'json',
  'application/zip': 'pictures', // or sounds: what is in it tells
} as const;

export const contentTypeOf = (format: DatasetFormat): string =>
  Object.entries(DATASET_CONTENT_TYPES).find(([, meaning]) => meaning === format)?.[0] ?? 'application/zip';

/** Header that carries the lower-case hexadecimal sha256 of a body; a body that differs is refused. */
export const SHA256_HEADER = 'x-content-sha256';

export const putDataset = route({
  method: 'put',
  path: '/v1/projects/{project}/datasets/{dataset}',
  tag,
  summary:
    'Add a version of a dataset (same bytes: the version there is); content type text/csv, text/tab-separated-values, application/x-ndjson, application/json (each also as gzip) or application/zip, with x-content-sha256',
  scopes: ['owner'],
  params: ProjectParams.extend({ dataset: Name }),
  body: 'bytes',
  reply: DatasetVersion,
  status: 201,
  errors: ['not_found', 'invalid_data', 'too_large', 'length_required', 'unsupported'],
});

export const listDatasets = route({
  method: 'get',
  path: '/v1/projects/{project}/datasets',
  tag,
  summary: 'Datasets of a project, newest first',
  scopes: ['owner'],
  params: ProjectParams,
  reply: z.array(Dataset),
  errors: ['not_found'],
});

export const getDataset = route({
  method: 'get',
  path: '/v1/projects/{project}/datasets/{dataset}',
  tag,
  summary: 'A dataset and all its versions, newest first',
  scopes: ['owner'],
  params: ProjectParams.extend({ dataset: Name }),
  reply: Dataset.extend({ versions: z.array(DatasetVersion) }),
  errors: ['not_found'],
});

export const deleteDataset = route({
  method: 'delete',
  path: '/v1/projects/{project}/datasets/{dataset}',
  tag,
  summary: 'Delete a dataset that no run uses',
  scopes: ['owner'],
  params: ProjectParams.extend({ dataset: Name }),
  errors: ['not_found', 'conflict'],
});

export const getDatasetVersion = route({
  method: 'get',
  path: '/v1/dataset-versions/{version}',
  tag,
  summary: 'One version of a dataset, with its profile',
  scopes: ['owner', 'runner'],
  params: z.object({ version: idOf('datasetVersion') }),
  reply: DatasetVersion,
  errors: ['not_found'],
});

export const getDatasetContent = route({
  method: 'get',
  path: '/v1/dataset-versions/{version}/content',
  tag,
  summary: 'The bytes of one version, as they were sent',
  scopes: ['owner', 'runner'],
  params: z.object({ version: idOf('datasetVersion') }),
  reply: 'bytes',
  errors: ['not_found'],
});
