/** Files of weights that models begin with. */
import * as routes from '../../shared/api/routes/weights.ts';
import { type App, serve } from '../contract.ts';
import { getBlob, putBlob } from '../store/blobs.ts';
import { listPretrained, weightsKey } from '../store/weights.ts';
import { bytesResponse, contentLength } from './uploads.ts';

export function serveWeights(app: App): void {
  serve(app, routes.listWeights, (_, { blobs, workspace }) => listPretrained(blobs, workspace));
  serve(app, routes.putWeights, async ({ params: { weights: sha256 }, body }, context) => {
    const bytes = contentLength(context, routes.MAX_WEIGHTS_BYTES);
    await putBlob(context.blobs, weightsKey(context.workspace, sha256), body, sha256);
    return { sha256, bytes };
  });
  serve(app, routes.getWeights, async ({ params }, { blobs, workspace }) =>
    bytesResponse(await getBlob(blobs, weightsKey(workspace, params.weights))),
  );
}
