/** Endpoints: what they serve, and their traffic. */
import * as routes from '../../shared/api/routes/endpoints.ts';
import { AppError } from '../../shared/errors.ts';
import { type App, serve } from '../contract.ts';
import { publishPlan } from '../endpoint/models.ts';
import { blobKey, getBlob } from '../store/blobs.ts';
import { deleteEndpoint, getEndpoint, listEndpoints, putEndpoint } from '../store/endpoints.ts';
import { getModelVersion } from '../store/models.ts';

export function serveEndpoints(app: App): void {
  serve(app, routes.listEndpoints, ({ query }, { db, workspace }) =>
    listEndpoints(db, workspace, query.project),
  );
  serve(app, routes.getEndpoint, ({ params }, { db, workspace }) =>
    getEndpoint(db, workspace, params.endpoint),
  );
  serve(app, routes.putEndpoint, async ({ params, body }, { db, blobs, workspace }) => {
    // what cannot be run here is refused before anything changes
    for (const { modelVersion } of body.deployments)
      await publishPlan(blobs, workspace, await getModelVersion(db, workspace, modelVersion));
    return putEndpoint(db, workspace, params.endpoint, body.deployments);
  });
  serve(app, routes.deleteEndpoint, async ({ params }, { db, traffic, workspace }) => {
    await deleteEndpoint(db, workspace, params.endpoint);
    await traffic.forget(workspace, params.endpoint);
  });
  serve(app, routes.getEndpointArtifact, async ({ params }, { db, blobs, workspace, header }) => {
    const { deployments } = await getEndpoint(db, workspace, params.endpoint);
    const { artifact } = params;
    if (!deployments.some(({ modelVersion }) => modelVersion.artifact === artifact))
      throw new AppError('not_found', `"${params.endpoint}" serves no artifact ${artifact}`);
    const headers = { etag: `"${artifact}"`, 'cache-control': 'private, max-age=31536000, immutable' };
    if (header('if-none-match') === headers.etag) return new Response(null, { status: 304, headers });
    const object = await getBlob(blobs, blobKey(workspace, artifact));
    const length = { 'content-type': 'application/zip', 'content-length': String(object.size) };
    return new Response(object.body, { headers: { ...headers, ...length } });
  });
  serve(app, routes.getEndpointTraffic, async ({ params }, { db, traffic, workspace }) =>
    traffic.read(workspace, await getEndpoint(db, workspace, params.endpoint)),
  );
}
