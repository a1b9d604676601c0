/** Predictions with more than the answers: with explanations or embeddings, or told token by token. Plain ones do not come here. */

import { AppError } from '../../shared/errors.ts';
import { explain } from '../../shared/explain/explain.ts';
import { requireExplainable } from '../../shared/explain/explainable.ts';
import { sizeOf } from '../../shared/graph/operator.ts';
import { ExplainOptions, type Explanation } from '../../shared/schema/explanation.ts';
import type { StepAnswered } from '../../shared/schema/inference-graph.ts';
import type { ModelFace } from '../../shared/schema/model.ts';
import type {
  Instance,
  Prediction,
  PredictRequest,
  PredictResponse,
  TokenSaid,
} from '../../shared/schema/prediction.ts';
import { failureBody } from '../error-response.ts';
import { chosen } from './answer.ts';
import { graphRunBy } from './answer-by-graph.ts';
import { type Counting, countRequest } from './count-request.ts';
import { eventStream, pause } from './event-stream.ts';
import type { InferenceRequest } from './inference-request.ts';
import type { OpenModel } from './models.ts';

export type Asking = Pick<InferenceRequest, 'services' | 'caller' | 'endpoint' | 'requestId'>;
type Reply = Omit<PredictResponse, 'id'>;

/** Throws AppError `not_found`, `invalid_request` for what this model cannot give, and what predicting throws. */
export async function predictMore(
  request: Asking,
  asked: PredictRequest,
  id: string,
): Promise<PredictResponse | Response> {
  const answerer = await answererAt(request);
  const counting = countRequest(request, request.endpoint, answerer.face.version);
  try {
    requireMore(asked, answerer);
    if (!asked.stream) return { id, ...(await replyTo(asked, answerer, counting)) };
    return await eventStream(tell(asked, answerer, counting, id), (error) =>
      failureBody(counting.failed(error), request.requestId),
    );
  } catch (error) {
    throw counting.failed(error);
  }
}

/** What answers, asked again and again in the same way. */
interface Answerer {
  face: ModelFace;
  predict(instances: readonly unknown[]): Promise<{ predictions: Prediction[]; steps?: StepAnswered[] }>;
  /** Absent for a graph. */
  model?: OpenModel;
}

async function answererAt(request: Asking): Promise<Answerer> {
  const { services, caller, endpoint } = request;
  const { deployments, graph } = await services.serving(caller.workspace, endpoint);
  if (graph) {
    const draw = Math.random();
    const by = graphRunBy(request, () => draw);
    return { face: graph, predict: (instances) => graph.run(instances, by) };
  }
  const deployment = chosen(deployments, endpoint, undefined);
  const model = await services.open(caller.workspace, deployment);
  return {
    ...{ face: deployment.modelVersion, model },
    predict: async (instances) => ({ predictions: await model.predict(instances) }),
  };
}

/** What cannot be given is said before anything is. */
function requireMore({ instances, explain, embeddings }: PredictRequest, { face, model }: Answerer): void {
  if (explain) requireExplainable(face, instances, optionsOf(explain));
  if (embeddings && !model)
    throw new AppError(
      'invalid_request',
      `embeddings: "${face.name}" is a graph of models; expected an endpoint of one`,
    );
}

const optionsOf = (given: true | ExplainOptions): ExplainOptions =>
  given === true ? ExplainOptions.parse({}) : given;

async function replyTo(asked: PredictRequest, answerer: Answerer, counting: Counting): Promise<Reply> {
  const { predictions, steps } = await answerer.predict(asked.instances);
  const reply = await withMore(asked, answerer, predictions);
  counting.answered(predictions, steps);
  return { ...reply, steps };
}

/** Tokens, and at the end the whole reply; of a model that says none the reply alone. */
async function* tell(
  asked: PredictRequest,
  answerer: Answerer,
  counting: Counting,
  id: string,
): AsyncGenerator<TokenSaid, PredictResponse> {
  const saying = await answerer.model?.stream(asked.instances);
  if (!saying) return { id, ...(await replyTo(asked, answerer, counting)) };
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await saying.next();
      if (done) {
        const reply = await withMore(asked, answerer, value);
        counting.answered(value);
        isOver = true;
        return { id, ...reply };
      }
      yield value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) {
      counting.closed();
      await saying.return([]);
    }
  }
}

async function withMore(
  { instances, explain: options, embeddings }: PredictRequest,
  answerer: Answerer,
  predictions: Prediction[],
): Promise<Reply> {
  const { name, version } = answerer.face;
  return {
    ...{ model: { name, version }, predictions },
    ...(options && { explanations: await explanationsOf(answerer, instances, predictions, options) }),
    ...(embeddings && { embeddings: await embeddingsOf(answerer.model!, instances) }),
  };
}

function explanationsOf(
  { face, predict }: Answerer,
  instances: readonly Instance[],
  predictions: readonly Prediction[],
  options: true | ExplainOptions,
): Promise<Explanation[]> {
  const model = {
    ...face,
    async predict(rows: readonly Instance[]) {
      await pause(); // so that others are not kept waiting
      return (await predict(rows)).predictions;
    },
  };
  return explain(model, instances, predictions, optionsOf(options));
}

async function embeddingsOf(model: OpenModel, instances: readonly Instance[]): Promise<number[][]> {
  const { shape, data } = await model.embed(instances);
  const size = sizeOf(shape);
  return instances.map((_, row) => Array.from(data.subarray(row * size, (row + 1) * size)));
}
