/** Endpoints: what they serve, and their traffic. */
import * as routes from '../../shared/api/routes/endpoints.ts';
import { AppError } from '../../shared/errors.ts';
import { checkGraph } from '../../shared/inference-graph/check-graph.ts';
import { GRAPH_PRECISION, modelOfStep } from '../../shared/inference-graph/endpoint-face.ts';
import { type App, serve } from '../contract.ts';
import { publishPlan } from '../endpoint/open-artifact.ts';
import { blobKey } from '../store/blob-key.ts';
import { getBlob } from '../store/blobs.ts';
import { deleteEndpoint, getEndpoint, listEndpoints, putEndpoint } from '../store/endpoints.ts';
import { findGraphModels } from '../store/graph-models.ts';
import { getModelVersion } from '../store/models.ts';

export function serveEndpoints(app: App): void {
  serve(app, routes.listEndpoints, ({ query }, { db, workspace }) =>
    listEndpoints(db, workspace, query.project),
  );
  serve(app, routes.getEndpoint, ({ params }, { db, workspace }) =>
    getEndpoint(db, workspace, params.endpoint),
  );
  serve(app, routes.putEndpoint, async ({ params, body }, { db, blobs, workspace }) => {
    const { endpoint } = params;
    // what cannot be run here is refused before anything changes
    if (body.graph) {
      const asked = { graph: body.graph, project: body.project };
      const { graph, versions } = await findGraphModels(db, workspace, endpoint, asked);
      checkGraph(graph, (step) => modelOfStep(versions, step));
      for (const modelVersion of versions)
        await publishPlan(blobs, workspace, { modelVersion, precision: GRAPH_PRECISION });
      const shares = versions.map(({ id }) => ({ modelVersion: id, traffic: 0, precision: GRAPH_PRECISION }));
      return putEndpoint(db, workspace, endpoint, shares, graph);
    }
    const { deployments = [] } = body;
    for (const { modelVersion: id, precision } of deployments) {
      const modelVersion = await getModelVersion(db, workspace, id);
      await publishPlan(blobs, workspace, { modelVersion, precision });
    }
    return putEndpoint(db, workspace, endpoint, deployments);
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
