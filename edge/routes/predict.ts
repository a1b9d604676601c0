/** Predictions in our own protocol, where they are asked for once only, or later: all others go the short way. */
import { predict } from '../../shared/api/routes/endpoints.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { PredictResponse } from '../../shared/schema/prediction.ts';
import type { App } from '../contract.ts';
import { answerRows } from '../endpoint/predict-rows.ts';
import { serveInference } from '../endpoint/serve-inference.ts';
import { acceptPrediction } from '../predictions/accept.ts';
import { answerOnce } from '../predictions/answer-once.ts';
import { wantsAsync } from '../predictions/prefer.ts';

export function servePredictions(app: App): void {
  serveInference(app, predict, async (request) => {
    const text = await request.text();
    const key = request.header('idempotency-key');
    const isAsync = wantsAsync(request.header('prefer'));
    const make = async (id: string) =>
      isAsync ? acceptPrediction(request, text, id) : asResponse(await answerRows(request, text, id));
    const id = newId('prediction');
    if (key !== undefined) return answerOnce(request, key, [isAsync ? 'later' : 'now', text], id, make);
    return isAsync ? make(id) : answerRows(request, text, id);
  });
}

/** Throws AppError `invalid_request` for one that is told token by token: it cannot be told again. */
function asResponse(reply: PredictResponse | Response): Response {
  if (!(reply instanceof Response)) return Response.json(reply);
  throw new AppError('invalid_request', 'body.stream: expected without the header "Idempotency-Key"');
}
