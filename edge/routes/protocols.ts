/** Endpoints in the forms that clients of other servers speak. */
import { MAX_PREDICT_BYTES } from '../../shared/api/routes/endpoints.ts';
import * as routes from '../../shared/api/routes/protocols.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { sizeOf } from '../../shared/graph/operator.ts';
import { parseJson } from '../../shared/parse-json.ts';
import {
  instanceOfBytes,
  instancesOfPipeline,
  PipelineRequest,
  pipelineReply,
} from '../../shared/protocols/hugging-face/pipelines.ts';
import { instancesOfScoring, scoreOf } from '../../shared/protocols/mlflow/scoring.ts';
import { embeddingsReply, instancesToEmbed } from '../../shared/protocols/openai/embeddings.ts';
import { requireScope } from '../auth.ts';
import { type App, serve } from '../contract.ts';
import { answerAt, chosen } from '../endpoint/answer.ts';
import { describeIssues } from '../issues.ts';
import { readBody } from '../read-body.ts';

export function serveProtocols(app: App): void {
  serve(
    app,
    routes.score,
    async ({ params, body }, context) => {
      const { predictions } = await answerAt(context, params.endpoint, ({ predictor }) =>
        instancesOfScoring(body, predictor.inputs),
      );
      return { predictions: predictions.map(scoreOf) };
    },
    { maxBytes: MAX_PREDICT_BYTES },
  );
  serve(app, routes.pingEndpoint, async ({ params }, { serving, workspace }) => {
    await serving(workspace, params.endpoint);
    return { ready: true as const };
  });
  serve(app, routes.runPipeline, async ({ params, body }, context) => {
    const bytes = await readBody(body, MAX_PREDICT_BYTES, context.header('content-encoding'));
    const request = isMedia(context.header('content-type')) ? undefined : pipelineRequest(bytes);
    const { served, predictions } = await answerAt(context, params.endpoint, ({ predictor: { inputs } }) =>
      request ? instancesOfPipeline(request, inputs) : [instanceOfBytes(bytes, inputs)],
    );
    return pipelineReply(request, served.predictor, predictions);
  });
  serve(app, routes.createEmbeddings, async ({ body }, context) => {
    requireScope(context.caller, routes.createEmbeddings.scopes, body.model);
    const served = chosen(await context.serving(context.workspace, body.model), body.model, undefined);
    const { shape, data } = await served.predictor.embed(instancesToEmbed(body, served.predictor.inputs));
    return embeddingsReply(body, data, sizeOf(shape));
  });
}

/** A picture or a sound; whatever else comes is taken for JSON, as its clients do not always say. */
const isMedia = (type = '') => /^(image|audio)\/|^application\/octet-stream/i.test(type);

function pipelineRequest(bytes: Uint8Array): PipelineRequest {
  const { data, error } = PipelineRequest.safeParse(readJson(bytes));
  if (data) return data;
  throw describeIssues('json', error.issues, undefined);
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'invalid_request',
      `the body is not JSON: ${messageOf(error)}; a picture or a sound needs a content type`,
    );
  }
}
