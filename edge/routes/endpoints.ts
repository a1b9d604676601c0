/** Endpoints: what they serve, predictions, traffic. */
import * as routes from '../../shared/api/routes/endpoints.ts';
import { instancesOfScoring, scoreOf } from '../../shared/protocols/mlflow/scoring.ts';
import { newId } from '../../shared/schema/id.ts';
import { type App, serve } from '../contract.ts';
import { answerAt } from '../endpoint/answer.ts';
import { deleteEndpoint, getEndpoint, listEndpoints, putEndpoint } from '../store/endpoints.ts';

export function serveEndpoints(app: App): void {
  serve(app, routes.listEndpoints, ({ query }, { db, workspace }) =>
    listEndpoints(db, workspace, query.project),
  );
  serve(app, routes.getEndpoint, ({ params }, { db, workspace }) =>
    getEndpoint(db, workspace, params.endpoint),
  );
  serve(app, routes.putEndpoint, ({ params, body }, { db, workspace }) =>
    putEndpoint(db, workspace, params.endpoint, body.deployments),
  );
  serve(app, routes.deleteEndpoint, async ({ params }, { db, traffic, workspace }) => {
    await deleteEndpoint(db, workspace, params.endpoint);
    await traffic.forget(workspace, params.endpoint);
  });
  serve(app, routes.getEndpointTraffic, async ({ params }, { db, traffic, workspace }) =>
    traffic.read(workspace, await getEndpoint(db, workspace, params.endpoint)),
  );
  serve(
    app,
    routes.predict,
    async ({ params, body }, context) => {
      const { served, predictions } = await answerAt(context, params.endpoint, () => body.instances);
      const { name, version } = served.modelVersion;
      return { id: newId('prediction'), model: { name, version }, predictions };
    },
    { maxBytes: routes.MAX_PREDICT_BYTES },
  );
  serve(
    app,
    routes.score,
    async ({ params, body }, context) => {
      const { predictions } = await answerAt(context, params.endpoint, ({ predictor }) =>
        instancesOfScoring(body, predictor.inputs),
      );
      return { predictions: predictions.map(scoreOf) };
    },
    { maxBytes: routes.MAX_PREDICT_BYTES },
  );
  serve(app, routes.pingEndpoint, async ({ params }, { serving, workspace }) => {
    await serving(workspace, params.endpoint);
    return { ready: true as const };
  });
}
