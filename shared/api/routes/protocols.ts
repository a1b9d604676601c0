/** Endpoints in the forms that clients of other servers speak: MLflow, Hugging Face, OpenAI. */
import * as z from 'zod';
import { ScoringReply, ScoringRequest } from '../../protocols/mlflow/scoring.ts';
import { EmbeddingsReply, EmbeddingsRequest } from '../../protocols/openai/embeddings.ts';
import { route } from '../route.ts';
import { EndpointParams } from './endpoints.ts';

const tag = 'Other protocols';

export const score = route({
  method: 'post',
  path: '/v1/endpoints/{endpoint}/invocations',
  tag,
  summary: "Predict in the form of MLflow's scoring servers",
  scopes: ['owner', 'endpoint'],
  params: EndpointParams,
  body: ScoringRequest,
  reply: ScoringReply,
  errors: ['not_found', 'invalid_data', 'too_large'],
});

/** What MLflow's deployment tools ask before they send anything. */
export const pingEndpoint = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/ping',
  tag,
  summary: 'Whether the endpoint is ready',
  scopes: ['owner', 'endpoint'],
  params: EndpointParams,
  reply: z.object({ ready: z.literal(true) }),
  errors: ['not_found'],
});

export const runPipeline = route({
  method: 'post',
  path: '/v1/endpoints/{endpoint}',
  tag,
  summary:
    "Predict in the form of Hugging Face's inference endpoints: JSON with `inputs`, or the bytes of a picture or a sound",
  scopes: ['owner', 'endpoint'],
  params: EndpointParams,
  body: 'bytes',
  reply: z.unknown(),
  errors: ['not_found', 'invalid_data', 'too_large', 'unsupported'],
});

export const createEmbeddings = route({
  method: 'post',
  path: '/v1/embeddings',
  tag,
  summary: "Vectors of texts, in the form of OpenAI's embeddings; `model` is an endpoint",
  scopes: ['owner', 'endpoint'],
  body: EmbeddingsRequest,
  reply: EmbeddingsReply,
  errors: ['not_found', 'invalid_data', 'too_large'],
});
