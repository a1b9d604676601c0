/** Endpoints in the forms that clients of other servers speak. */
import * as routes from '../../shared/api/routes/protocols.ts';
import { AppError } from '../../shared/errors.ts';
import { sizeOf } from '../../shared/graph/operator.ts';
import {
  instanceOfBytes,
  instancesOfPipeline,
  PipelineRequest,
  pipelineReply,
} from '../../shared/protocols/hugging-face/pipelines.ts';
import { instancesOfScoring, ScoringRequest, scoreOf } from '../../shared/protocols/mlflow/scoring.ts';
import {
  EmbeddingsRequest,
  embeddingsReply,
  instancesToEmbed,
} from '../../shared/protocols/openai/embeddings.ts';
import { requireScope } from '../auth.ts';
import { type App, serve } from '../contract.ts';
import { answerAt, chosen } from '../endpoint/answer.ts';
import { checkBody } from '../endpoint/check-body.ts';
import { readJson } from '../endpoint/inference-request.ts';
import { serveInference } from '../endpoint/serve-inference.ts';

export function serveProtocols(app: App): void {
  serveInference(app, routes.score, async (request) => {
    const body = checkBody(readJson(await request.text()), ScoringRequest);
    const { predictions } = await answerAt(request, request.endpoint, ({ inputs }) =>
      instancesOfScoring(body, inputs),
    );
    return { predictions: predictions.map(scoreOf) };
  });
  serveInference(app, routes.runPipeline, async (request) => {
    const bytes = await request.bytes();
    const asked = isMedia(request.header('content-type')) ? undefined : pipelineRequest(bytes);
    const { modelVersion, predictions } = await answerAt(request, request.endpoint, ({ inputs }) =>
      asked ? instancesOfPipeline(asked, inputs) : [instanceOfBytes(bytes, inputs)],
    );
    return pipelineReply(asked, modelVersion, predictions);
  });
  serveInference(app, routes.createEmbeddings, async (request) => {
    const body = checkBody(readJson(await request.text()), EmbeddingsRequest);
    const { caller, services } = request;
    requireScope(caller, routes.createEmbeddings.scopes, body.model);
    const { workspace } = caller;
    const { deployments, graph } = await services.serving(workspace, body.model);
    if (graph)
      throw new AppError(
        'invalid_request',
        `model: "${body.model}" is a graph of models; expected an endpoint of one`,
      );
    const served = chosen(deployments, body.model, undefined);
    const instances = instancesToEmbed(body, served.modelVersion.inputs);
    const { shape, data } = await (await services.open(workspace, served)).embed(instances);
    return embeddingsReply(body, data, sizeOf(shape));
  });
}

export function servePing(app: App): void {
  serve(app, routes.pingEndpoint, async ({ params }, { serving, workspace }) => {
    await serving(workspace, params.endpoint);
    return { ready: true as const };
  });
}

/** A picture or a sound; whatever else comes is taken for JSON, as its clients do not always say. */
const isMedia = (type = '') => /^(image|audio)\/|^application\/octet-stream/i.test(type);

const pipelineRequest = (bytes: Uint8Array): PipelineRequest =>
  checkBody(
    readJson(new TextDecoder().decode(bytes), '; a picture or a sound needs a content type'),
    PipelineRequest,
  );
