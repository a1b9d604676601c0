/** Endpoints: a name that predicts. */
import * as z from 'zod';
import { Endpoint, Traffic } from '../../schema/endpoint.ts';
import { idOf, Name } from '../../schema/id.ts';
import { PredictRequest, PredictResponse } from '../../schema/prediction.ts';
import { route } from '../route.ts';

const tag = 'Endpoints';
export const EndpointParams = z.object({ endpoint: Name });

/** Largest predict request, bytes. */
export const MAX_PREDICT_BYTES = 8 * 1024 * 1024;

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
  summary: 'Make an endpoint or change what it serves; shares of traffic add up to 100',
  scopes: ['owner'],
  params: EndpointParams,
  body: z.strictObject({
    deployments: z
      .array(z.strictObject({ modelVersion: idOf('modelVersion'), traffic: z.int().min(0).max(100) }))
      .min(1)
      .max(10)
      .refine(
        (all) => all.reduce((sum, one) => sum + one.traffic, 0) === 100,
        'traffic shares must add up to 100',
      ),
  }),
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

export const predict = route({
  method: 'post',
  path: '/v1/endpoints/{endpoint}/predict',
  tag,
  summary: 'Predict for up to 1000 instances',
  scopes: ['owner', 'endpoint'],
  params: EndpointParams,
  body: PredictRequest,
  reply: PredictResponse,
  errors: ['not_found', 'invalid_data', 'too_large'],
});
