/** Files of weights that models begin with: safetensors, named by their sha256. */
import * as z from 'zod';
import { Sha256 } from '../../schema/id.ts';
import { PretrainedWeights } from '../../schema/weights.ts';
import { route } from '../route.ts';

const tag = 'Weights';
const WeightsParams = z.object({ weights: Sha256 });

/** Largest file of weights accepted, bytes. */
export const MAX_WEIGHTS_BYTES = 256 * 1024 * 1024;

export const listWeights = route({
  method: 'get',
  path: '/v1/weights',
  tag,
  summary: 'The weights that backbones begin with, and whether this server has them',
  scopes: ['owner'],
  reply: z.array(PretrainedWeights),
});

export const putWeights = route({
  method: 'put',
  path: '/v1/weights/{weights}',
  tag,
  summary: 'Keep a safetensors file of float32 weights, under its sha256',
  scopes: ['owner'],
  params: WeightsParams,
  body: 'bytes',
  reply: z.object({ sha256: Sha256, bytes: z.int() }),
  status: 201,
  errors: ['invalid_data', 'too_large', 'length_required'],
});

export const getWeights = route({
  method: 'get',
  path: '/v1/weights/{weights}',
  tag,
  summary: 'A file of weights',
  scopes: ['owner', 'runner'],
  params: WeightsParams,
  reply: 'bytes',
  errors: ['not_found'],
});
