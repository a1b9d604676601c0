/** Datasets: up and down as streams. */
import * as routes from '../../shared/api/routes/datasets.ts';
import { AppError } from '../../shared/errors.ts';
import type { DatasetFormat } from '../../shared/schema/dataset.ts';
import { type App, serve } from '../contract.ts';
import { blobKey } from '../store/blob-key.ts';
import { deleteUnusedBlob, getBlob } from '../store/blobs.ts';
import { deleteDataset, getDataset, getDatasetVersion, listDatasets } from '../store/datasets.ts';
import { receiveDataset } from '../store/receive-dataset.ts';
import { bytesResponse, contentLength, contentSha256 } from './uploads.ts';

const FORMATS: Record<string, DatasetFormat> = routes.DATASET_CONTENT_TYPES;

export function serveDatasets(app: App): void {
  serve(app, routes.putDataset, async ({ params, body }, context) => {
    const { db, blobs, workspace } = context;
    return receiveDataset(db, blobs, workspace, {
      project: params.project,
      name: params.dataset,
      format: formatOf(context.header('content-type')),
      size: contentLength(context, routes.MAX_DATASET_BYTES),
      sha256: contentSha256(context),
      body,
    });
  });
  serve(app, routes.listDatasets, ({ params }, { db, workspace }) =>
    listDatasets(db, workspace, params.project),
  );
  serve(app, routes.getDataset, ({ params }, { db, workspace }) =>
    getDataset(db, workspace, params.project, params.dataset),
  );
  serve(app, routes.deleteDataset, async ({ params }, { db, blobs, workspace }) => {
    const hashes = await deleteDataset(db, workspace, params.project, params.dataset);
    for (const sha256 of hashes) await deleteUnusedBlob(db, blobs, workspace, sha256);
  });
  serve(app, routes.getDatasetVersion, ({ params }, { db, workspace }) =>
    getDatasetVersion(db, workspace, params.version),
  );
  serve(app, routes.getDatasetContent, async ({ params }, { db, blobs, workspace }) => {
    const { sha256, format } = await getDatasetVersion(db, workspace, params.version);
    return bytesResponse(await getBlob(blobs, blobKey(workspace, sha256)), routes.contentTypeOf(format));
  });
}

function formatOf(contentType = ''): DatasetFormat {
  const format = FORMATS[contentType.split(';')[0]!.trim().toLowerCase()];
  if (!format)
    throw new AppError(
      'unsupported',
      `Content-Type: got "${contentType}"; expected ${Object.keys(FORMATS).join(' or ')}`,
    );
  return format;
}
