/** Endpoints: what they serve, and their traffic. */
import * as routes from '../../shared/api/routes/endpoints.ts';
import { type App, serve } from '../contract.ts';
import { publishPlan } from '../endpoint/models.ts';
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
  serve(app, routes.getEndpointTraffic, async ({ params }, { db, traffic, workspace }) =>
    traffic.read(workspace, await getEndpoint(db, workspace, params.endpoint)),
  );
}
