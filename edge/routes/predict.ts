/** Predictions in our own protocol: rows as JSON. */
import { predict } from '../../shared/api/routes/endpoints.ts';
import { newId } from '../../shared/schema/id.ts';
import { INSTANCES_MOST, type Instance, PredictRequest } from '../../shared/schema/prediction.ts';
import type { App } from '../contract.ts';
import { answerAt } from '../endpoint/answer.ts';
import { checkBody, readJson, serveInference } from '../endpoint/serve-inference.ts';

export function servePredictions(app: App): void {
  serveInference(app, predict, async (request) => {
    const instances = instancesIn(readJson(await request.text()));
    const { modelVersion, predictions } = await answerAt(request, request.endpoint, () => instances);
    const { name, version } = modelVersion;
    return { id: newId('prediction'), model: { name, version }, predictions };
  });
}

/** What is plainly right needs no schema; what is not gets its words from there. */
function instancesIn(body: unknown): readonly Instance[] {
  const given = (body as { instances?: unknown } | null)?.instances;
  const isRight =
    Array.isArray(given) && given.length > 0 && given.length <= INSTANCES_MOST && given.every(isObject);
  return isRight ? given : checkBody(body, PredictRequest).instances;
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
