/** Predictions in our own protocol: rows as JSON. */
import { AppError } from '../../shared/errors.ts';
import { parsePictures } from '../../shared/pipeline/pictures-in-json.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Instance, PredictRequest, PredictResponse } from '../../shared/schema/prediction.ts';
import { INSTANCES_MOST } from '../../shared/schema/prediction-limits.ts';
import { answerAt } from './answer.ts';
import { type InferenceRequest, readJson } from './inference-request.ts';
import type { Asking } from './predict-more.ts';

/** From so many bytes on a body is looked through for pictures. */
const LARGE = 2048;

export async function predictRows(request: InferenceRequest): Promise<PredictResponse | Response> {
  const id = newId('prediction');
  if (!(Number(request.header('content-length')) >= LARGE))
    return answerRows(request, await request.text(), id);
  const bytes = await request.jsonBytes();
  const pictures = parsePictures(bytes, await pictureFields(request), readJson);
  if (pictures && !asksForMore(pictures)) return answerBody(request, pictures, id);
  return answerRows(request, new TextDecoder().decode(bytes), id);
}

async function pictureFields({ services, caller, endpoint }: InferenceRequest): Promise<string[]> {
  const { deployments, graph } = await services.serving(caller.workspace, endpoint);
  if (graph) return [];
  return deployments.flatMap(({ modelVersion: { inputs } }) =>
    inputs.filter(({ type }) => type === 'image').map(({ name }) => name),
  );
}

/** `text`: the body, which is to be answered at once. A Response where it is told token by token. */
export async function answerRows(
  request: InferenceRequest,
  text: string,
  id: string,
): Promise<PredictResponse | Response> {
  return answerBody(request, readJson(text), id);
}

async function answerBody(
  request: InferenceRequest,
  body: unknown,
  id: string,
): Promise<PredictResponse | Response> {
  if ((body as { callback?: unknown } | null)?.callback !== undefined)
    throw new AppError(
      'invalid_request',
      'body.callback: expected with the header "Prefer: respond-async" only',
    );
  if (request.header('accept')?.includes('text/event-stream'))
    return answerPredict(request, { ...(body as object), stream: true }, id);
  return answerPredict(request, body, id);
}

/** What `body` asks of an endpoint. */
export async function answerPredict(
  request: Asking,
  body: unknown,
  id: string,
): Promise<PredictResponse | Response> {
  if (asksForMore(body)) {
    const { predictMore } = await import('./predict-more.ts');
    return predictMore(request, await checked(body), id);
  }
  const instances = areInstances(body) ? body.instances : (await checked(body)).instances;
  const { modelVersion, predictions, steps } = await answerAt(request, request.endpoint, () => instances);
  const { name, version } = modelVersion;
  return { id, model: { name, version }, predictions, steps };
}

/** Most ask for predictions alone. */
function asksForMore(body: unknown): boolean {
  const { explain, embeddings, stream } = (body ?? {}) as Partial<PredictRequest>;
  return Boolean(explain || embeddings || stream);
}

interface Rows {
  instances: readonly Instance[];
}

/** What is plainly right needs no schema. */
function areInstances(body: unknown): body is Rows {
  const given = (body as { instances?: unknown } | null)?.instances;
  return Array.isArray(given) && given.length > 0 && given.length <= INSTANCES_MOST && given.every(isObject);
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is not gets its words from there. */
async function checked(body: unknown): Promise<PredictRequest> {
  const { checkBody } = await import('./check-body.ts');
  const { PredictRequest } = await import('../../shared/schema/prediction.ts');
  return checkBody(body, PredictRequest);
}
