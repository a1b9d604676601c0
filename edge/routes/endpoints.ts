/** Endpoints: what they serve, predictions, traffic. */
import * as routes from '../../shared/api/routes/endpoints.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/id.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { type App, type RequestContext, serve } from '../contract.ts';
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
      const started = Date.now();
      try {
        const { model, predictions } = await context.predict(
          context.workspace,
          params.endpoint,
          body.instances,
        );
        record(context, params.endpoint, started, 200, summarise(predictions));
        return { id: newId('prediction'), model, predictions };
      } catch (error) {
        const { status, code } = error instanceof AppError ? error : { status: 500, code: 'internal' };
        // An endpoint that is not there has no traffic.
        if (status !== 404) record(context, params.endpoint, started, status, code);
        throw error;
      }
    },
    { maxBytes: routes.MAX_PREDICT_BYTES },
  );
}

function record(
  { traffic, workspace }: RequestContext,
  endpoint: string,
  started: number,
  status: number,
  summary: string,
) {
  traffic.record(workspace, endpoint, {
    at: new Date(started).toISOString(),
    status,
    ms: Date.now() - started,
    summary,
  });
}

/** What was answered, in short. */
function summarise(predictions: Prediction[]): string {
  const first = predictions[0];
  if (!first) return '';
  const text = 'value' in first ? String(Number(first.value.toPrecision(6))) : wordsOf(first).slice(0, 80);
  return predictions.length > 1 ? `${text} +${predictions.length - 1}` : text;
}

function wordsOf(prediction: Exclude<Prediction, { value: number }>): string {
  if ('label' in prediction) return prediction.label;
  if ('text' in prediction) return prediction.text;
  if ('image' in prediction) return 'a picture';
  return prediction.boxes.length === 1 ? '1 box' : `${prediction.boxes.length} boxes`;
}
