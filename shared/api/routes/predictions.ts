/** Predictions that are made later: of one request (`Prefer: respond-async`), or of a whole data set. */
import * as z from 'zod';
import { idOf } from '../../schema/id.ts';
import {
  AsyncPrediction,
  BatchPrediction,
  BatchRequest,
  IdempotencyKey,
  PreferWait,
} from '../../schema/prediction-job.ts';
import { route } from '../route.ts';
import { EndpointParams } from './endpoints.ts';

const tag = 'Predictions';
const PredictionParams = EndpointParams.extend({ prediction: idOf('prediction') });
const BatchParams = EndpointParams.extend({ batch: idOf('batchPrediction') });
const WebhookSecret = z.object({
  /** `whsec_` and base64, as Standard Webhooks' libraries take it. */
  secret: z.string(),
});

export const getPrediction = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/predictions/{prediction}',
  tag,
  summary: 'An asynchronous prediction, how it is or how it ended',
  scopes: ['owner', 'endpoint'],
  params: PredictionParams,
  headers: z.object({ prefer: PreferWait }),
  reply: AsyncPrediction,
  errors: ['not_found'],
});

export const cancelPrediction = route({
  method: 'delete',
  path: '/v1/endpoints/{endpoint}/predictions/{prediction}',
  tag,
  summary: 'Cancel an asynchronous prediction; one that has ended stays as it is',
  scopes: ['owner', 'endpoint'],
  params: PredictionParams,
  reply: AsyncPrediction,
  errors: ['not_found'],
});

export const createBatch = route({
  method: 'post',
  path: '/v1/endpoints/{endpoint}/batches',
  tag,
  summary: 'Predict for every row, picture or sound of a data set',
  scopes: ['owner'],
  params: EndpointParams,
  headers: z.object({ 'idempotency-key': IdempotencyKey }),
  body: BatchRequest,
  reply: BatchPrediction,
  status: 201,
  errors: ['not_found', 'invalid_data', 'conflict'],
});

export const listBatches = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/batches',
  tag,
  summary: 'Batch predictions of an endpoint, newest first',
  scopes: ['owner'],
  params: EndpointParams,
  reply: z.array(BatchPrediction),
  errors: ['not_found'],
});

export const getBatch = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/batches/{batch}',
  tag,
  summary: 'A batch prediction and how far it is',
  scopes: ['owner'],
  params: BatchParams,
  headers: z.object({ prefer: PreferWait }),
  reply: BatchPrediction,
  errors: ['not_found'],
});

export const cancelBatch = route({
  method: 'delete',
  path: '/v1/endpoints/{endpoint}/batches/{batch}',
  tag,
  summary: 'Cancel a batch prediction; one that has ended stays as it is',
  scopes: ['owner'],
  params: BatchParams,
  reply: BatchPrediction,
  errors: ['not_found'],
});

export const getBatchOutput = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/batches/{batch}/output',
  tag,
  summary: 'The rows with their predictions, as CSV or JSON lines',
  scopes: ['owner'],
  params: BatchParams,
  reply: 'bytes',
  errors: ['not_found', 'conflict'],
});

export const getWebhookSecret = route({
  method: 'get',
  path: '/v1/endpoints/{endpoint}/webhook-secret',
  tag,
  summary: 'What callbacks of the endpoint are signed with; made when it is first asked for',
  scopes: ['owner'],
  params: EndpointParams,
  reply: WebhookSecret,
  errors: ['not_found'],
});

export const rollWebhookSecret = route({
  method: 'post',
  path: '/v1/endpoints/{endpoint}/webhook-secret',
  tag,
  summary: 'A new secret in place of the old one',
  scopes: ['owner'],
  params: EndpointParams,
  reply: WebhookSecret,
  errors: ['not_found'],
});
