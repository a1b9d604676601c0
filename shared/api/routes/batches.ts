/**
 * Batch predictions as the runner that holds one sees them. As with jobs, every write carries the fence of the claim, and one with an older fence
 * is refused with `stale_fence`.
 */
import * as z from 'zod';
import { BatchProgress, BatchWork } from '../../schema/batch-work.ts';
import { idOf } from '../../schema/id.ts';
import { ModelVersion } from '../../schema/model.ts';
import { JobError } from '../../schema/prediction-job.ts';
import { route } from '../route.ts';

const tag = 'Jobs';
const scopes = ['owner', 'runner'] as const;
const BatchParams = z.object({ batch: idOf('batchPrediction') });
const Fenced = z.object({ fence: z.coerce.number().int().min(1) });
const errors = ['not_found', 'stale_fence'] as const;

/** Of the source that are read at once, and of a part that is written, bytes. */
export const MAX_SOURCE_BYTES = 64 * 1024 * 1024;
export const MAX_PART_BYTES = 256 * 1024 * 1024;

export const BatchAssignment = z.object({
  batch: idOf('batchPrediction'),
  fence: z.int().min(1),
  work: BatchWork,
  progress: BatchProgress,
  /** Parts that are written. */
  parts: z.int(),
  /** Of the source, bytes. */
  sourceSize: z.int(),
  models: z.array(ModelVersion),
});
export type BatchAssignment = z.infer<typeof BatchAssignment>;

export const claimBatch = route({
  method: 'post',
  path: '/v1/batches/claim',
  tag,
  summary: 'Take the batch prediction that has waited longest for a runner; null when none waits',
  scopes,
  body: z.strictObject({ runner: idOf('runner') }),
  reply: BatchAssignment.nullable(),
});

export const heartbeatBatch = route({
  method: 'post',
  path: '/v1/batches/{batch}/heartbeat',
  tag,
  summary: 'Renew the lease',
  scopes,
  params: BatchParams,
  body: Fenced.strict(),
  errors,
});

export const readBatchSource = route({
  method: 'get',
  path: '/v1/batches/{batch}/source',
  tag,
  summary: 'Some bytes of what the rows are read from',
  scopes,
  params: BatchParams,
  query: Fenced.extend({
    offset: z.coerce.number().int().min(0),
    length: z.coerce.number().int().min(1).max(MAX_SOURCE_BYTES),
  }),
  reply: 'bytes',
  errors,
});

export const putBatchPart = route({
  method: 'put',
  path: '/v1/batches/{batch}/parts/{part}',
  tag,
  summary: 'Write a part of the output, which counts once the progress says so',
  scopes,
  params: BatchParams.extend({ part: z.coerce.number().int().min(0) }),
  query: Fenced,
  body: 'bytes',
  errors: [...errors, 'conflict', 'too_large'],
});

export const postBatchProgress = route({
  method: 'post',
  path: '/v1/batches/{batch}/progress',
  tag,
  summary:
    'Count a part that is written, and renew the lease; with the last one the batch ends. Sent twice, it counts once',
  scopes,
  params: BatchParams,
  body: Fenced.extend({ part: z.int().min(0), progress: BatchProgress }).strict(),
  errors: [...errors, 'conflict'],
});

export const releaseBatch = route({
  method: 'post',
  path: '/v1/batches/{batch}/release',
  tag,
  summary:
    'Hand it back; or say what went wrong: what is our fault (`internal`) is tried again, all else ends it',
  scopes,
  params: BatchParams,
  body: Fenced.extend({ error: JobError.pick({ code: true, message: true }).nullable() }).strict(),
  errors,
});
