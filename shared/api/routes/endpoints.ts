/** Endpoints: a name that predicts. */
import * as z from 'zod';
import { Endpoint, Traffic } from '../../schema/endpoint.ts';
import { idOf, Name, Sha256 } from '../../schema/id.ts';
import { InferenceGraph } from '../../schema/inference-graph.ts';
import { Precision } from '../../schema/precision.ts';
import { PredictResponse, TokenSaid } from '../../schema/prediction.ts';
import {
  AsyncPrediction,
  AsyncPredictRequest,
  IdempotencyKey,
  PreferAsync,
} from '../../schema/prediction-job.ts';
import { route } from '../route.ts';

const tag = 'Endpoints';
export const EndpointParams = z.object({ endpoint: Name });

export const listEndpoints = route({
  method: 'get',
  path: '/v1/endpoints',
  tag,
  summary: 'Endpoints, newest first; of one project where named',
  scopes: ['owner'],
  query: z.object({ project: Name.optional() }),
  reply: z.array(Endpoint),
});

export const getEndpoint = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}',
  tag,
  summary: 'One endpoint, with what it serves',
  scopes: ['owner', 'endpoint'],
  params: EndpointParams,
  reply: Endpoint,
  errors: ['not_found'],
});

export const putEndpoint = route({
  method: 'put',
  path: '/v1/endpoints/{endpoint}',
  tag,
  summary:
    'Make an endpoint or change what it serves: model versions whose shares of traffic add up to 100, or a graph of models',
  scopes: ['owner'],
  params: EndpointParams,
  body: z
    .strictObject({
      deployments: z
        .array(
          z.strictObject({
            modelVersion: idOf('modelVersion'),
            traffic: z.int().min(0).max(100),
            precision: Precision.default('float32'),
          }),
        )
        .min(1)
        .max(10)
        .refine(
          (all) => all.reduce((sum, one) => sum + one.traffic, 0) === 100,
          'traffic shares must add up to 100',
        )
        .optional(),
      graph: InferenceGraph.optional(),
      /** Whose models the graph names; default: that of the endpoint, if it is there. */
      project: Name.optional(),
    })
    .refine(
      ({ deployments, graph }) => (deployments === undefined) !== (graph === undefined),
      'expected exactly one of "deployments" and "graph"',
    ),
  reply: Endpoint,
  errors: ['not_found'],
});

export const deleteEndpoint = route({
  method: 'delete',
  path: '/v1/endpoints/{endpoint}',
  tag,
  summary: 'Take an endpoint down',
  scopes: ['owner'],
  params: EndpointParams,
  errors: ['not_found'],
});

export const getEndpointTraffic = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/traffic',
  tag,
  summary: 'Requests of the last hour, by minute, and the last few',
  scopes: ['owner'],
  params: EndpointParams,
  reply: Traffic,
  errors: ['not_found'],
});

export const getEndpointArtifact = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/artifacts/{artifact}',
  tag,
  summary: 'The artifact of a model that the endpoint serves, to run it elsewhere; immutable',
  scopes: ['owner', 'endpoint'],
  params: EndpointParams.extend({ artifact: Sha256 }),
  reply: 'bytes',
  errors: ['not_found'],
});

export const predict = route({
  method: 'post',
  path: '/v1/endpoints/{endpoint}/predict',
  tag,
  summary:
    'Predict for up to 1000 instances, now or later, with explanations or embeddings on request, or token by token as server-sent events',
  scopes: ['owner', 'endpoint'],
  params: EndpointParams,
  headers: z.object({ 'idempotency-key': IdempotencyKey, prefer: PreferAsync }),
  body: AsyncPredictRequest,
  reply: PredictResponse,
  accepted: AsyncPrediction,
  events: z.union([TokenSaid, PredictResponse]),
  errors: ['not_found', 'conflict', 'invalid_data', 'too_large'],
});
