/** The registry. */
import * as routes from '../../shared/api/routes/models.ts';
import { type App, serve } from '../contract.ts';
import { blobKey } from '../store/blob-key.ts';
import { getBlob } from '../store/blobs.ts';
import { getModel, getModelVersion, listModels, putModelAlias } from '../store/models.ts';
import { bytesResponse } from './uploads.ts';

export function serveModels(app: App): void {
  serve(app, routes.listModels, ({ params }, { db, workspace }) => listModels(db, workspace, params.project));
  serve(app, routes.getModel, ({ params }, { db, workspace }) =>
    getModel(db, workspace, params.project, params.model),
  );
  serve(app, routes.putModelAlias, ({ params, body }, { db, workspace }) =>
    putModelAlias(db, workspace, params, body.version),
  );
  serve(app, routes.getModelVersion, ({ params }, { db, workspace }) =>
    getModelVersion(db, workspace, params.version),
  );
  serve(app, routes.getModelArtifact, async ({ params }, { db, blobs, workspace }) => {
    const { artifact } = await getModelVersion(db, workspace, params.version);
    return bytesResponse(await getBlob(blobs, blobKey(workspace, artifact)), 'application/zip');
  });
}
