/**
 * The Open Inference Protocol, version 2, with the extensions for binary tensors, statistics and the model repository's index: what
 * KServe's and Triton's clients speak. A model's name is an endpoint's, and its versions are those that the endpoint serves.
 */
import * as z from 'zod';
import { Name } from '../../schema/id.ts';
import { route } from '../route.ts';

const tag = 'Open Inference Protocol';
const ModelParams = z.object({ endpoint: Name });
const VersionParams = ModelParams.extend({ version: z.string().regex(/^[1-9]\d{0,8}$/) });
const scopes = ['owner', 'endpoint'] as const;

const ServerMetadata = z.object({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.string()),
});
const server = { tag, scopes: [], summary: 'What the server is', reply: ServerMetadata };
export const getServerMetadata = route({ ...server, method: 'get', path: '/v2' });
export const getServerMetadataToo = route({ ...server, method: 'get', path: '/v2/' });

/** Some clients look for the other word. */
const Health = z.object({ live: z.boolean(), ready: z.boolean() });
export const getServerLive = route({
  method: 'get',
  path: '/v2/health/live',
  tag,
  summary: 'Whether the server answers',
  scopes: [],
  reply: Health,
});
export const getServerReady = route({
  method: 'get',
  path: '/v2/health/ready',
  tag,
  summary: 'Whether the server and its database are ready for requests',
  scopes: [],
  reply: Health,
  errors: ['unavailable'],
});

export const listServedModels = route({
  method: 'get',
  path: '/v2/models',
  tag,
  summary: 'Names of the endpoints',
  scopes,
  reply: z.object({ models: z.array(z.string()) }),
});

export const ServedModel = z.object({
  name: z.string(),
  version: z.string(),
  state: z.literal('READY'),
  reason: z.string(),
});
export const indexRepository = route({
  method: 'post',
  path: '/v2/repository/index',
  tag,
  summary: 'Every version that endpoints serve',
  scopes,
  reply: z.array(ServedModel),
});

const Tensor = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int()),
  parameters: z.looseObject({}).optional(),
});
export const ModelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(Tensor),
  outputs: z.array(Tensor),
});
export type ModelMetadata = z.infer<typeof ModelMetadata>;

const metadata = { tag, scopes, summary: 'What a model takes and gives', reply: ModelMetadata };
export const getModelMetadata = route({
  ...metadata,
  method: 'get',
  path: '/v2/models/{endpoint}',
  params: ModelParams,
  errors: ['not_found'],
});
export const getVersionMetadata = route({
  ...metadata,
  method: 'get',
  path: '/v2/models/{endpoint}/versions/{version}',
  params: VersionParams,
  errors: ['not_found'],
});

const ready = {
  tag,
  scopes,
  summary: 'Whether a model is ready for requests',
  reply: z.object({ name: z.string(), ready: z.literal(true) }),
};
export const getModelReady = route({
  ...ready,
  method: 'get',
  path: '/v2/models/{endpoint}/ready',
  params: ModelParams,
  errors: ['not_found'],
});
export const getVersionReady = route({
  ...ready,
  method: 'get',
  path: '/v2/models/{endpoint}/versions/{version}/ready',
  params: VersionParams,
  errors: ['not_found'],
});

const Duration = z.object({ count: z.int(), ns: z.int() });
const ModelStatistics = z.object({
  name: z.string(),
  version: z.string(),
  /** Milliseconds since 1970; 0: none yet. */
  last_inference: z.int(),
  /** Rows. */
  inference_count: z.int(),
  /** Requests. */
  execution_count: z.int(),
  inference_stats: z.object({ success: Duration, fail: Duration }),
});
const statistics = {
  tag,
  scopes,
  summary: 'Requests so far, and how long they took',
  reply: z.object({ model_stats: z.array(ModelStatistics) }),
};
export const getStatistics = route({ ...statistics, method: 'get', path: '/v2/models/stats' });
export const getModelStatistics = route({
  ...statistics,
  method: 'get',
  path: '/v2/models/{endpoint}/stats',
  params: ModelParams,
  errors: ['not_found'],
});
export const getVersionStatistics = route({
  ...statistics,
  method: 'get',
  path: '/v2/models/{endpoint}/versions/{version}/stats',
  params: VersionParams,
  errors: ['not_found'],
});

const infer = {
  tag,
  scopes,
  summary:
    'Predict: tensors as JSON, or as bytes behind it where the header Inference-Header-Content-Length says so',
  body: 'bytes',
  reply: 'bytes',
} as const;
export const inferModel = route({
  ...infer,
  method: 'post',
  path: '/v2/models/{endpoint}/infer',
  params: ModelParams,
  errors: ['not_found', 'invalid_data', 'too_large', 'unsupported'],
});
export const inferVersion = route({
  ...infer,
  method: 'post',
  path: '/v2/models/{endpoint}/versions/{version}/infer',
  params: VersionParams,
  errors: ['not_found', 'invalid_data', 'too_large', 'unsupported'],
});
