/** Predictions that are made later: of one request, or of a whole data set; and how their end is told to a callback. */
import * as z from 'zod';
import { idOf, Name, Timestamp } from './id.ts';
import { PredictRequest, PredictResponse } from './prediction.ts';

export const PREDICTION_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const PredictionState = z.enum(PREDICTION_STATES);
export type PredictionState = z.infer<typeof PredictionState>;
export const isOver = (state: PredictionState): boolean => state !== 'queued' && state !== 'running';

/** As an error's answer has it. */
export const JobError = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type JobError = z.infer<typeof JobError>;

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export const CallbackState = z.object({
  url: z.string(),
  /** `failed`: it was given up. */
  state: z.enum(DELIVERY_STATES),
  attempts: z.int(),
  /** When it is tried again. */
  nextAt: Timestamp.nullable(),
  /** What went wrong at the last attempt. */
  error: z.string().nullable(),
});

const Job = z.object({
  endpoint: Name,
  state: PredictionState,
  error: JobError.nullable(),
  callback: CallbackState.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  /** After this it is deleted, with all that belongs to it. */
  expiresAt: Timestamp,
});

/** Headers, for the description of routes that heed them. */
export const IdempotencyKey = z
  .string()
  .optional()
  .describe('the same request with the same key within a day has the same answer, and is counted once');
export const PreferAsync = z.string().optional().describe('"respond-async": accepted now, answered later');
export const PreferWait = z
  .string()
  .optional()
  .describe('"wait=SECONDS": answered once it has ended, or after so long, at most 30');

/** Told when the prediction has ended, signed as Standard Webhooks has it. */
export const CallbackUrl = z.string().max(2000);

export const AsyncPredictRequest = PredictRequest.extend({ callback: CallbackUrl.optional() });
export const AsyncPrediction = Job.extend({
  id: idOf('prediction'),
  /** What the request would have been answered with. */
  response: PredictResponse.nullable(),
});
export type AsyncPrediction = z.infer<typeof AsyncPrediction>;

export const BATCH_FORMATS = ['csv', 'jsonl'] as const;
export const BatchFormat = z.enum(BATCH_FORMATS);
export type BatchFormat = z.infer<typeof BatchFormat>;

/** Who works on a batch: a runner has no limits of time and memory but its machine's. */
export const BATCH_PLACES = ['edge', 'runner'] as const;
export const BatchPlace = z.enum(BATCH_PLACES);
export type BatchPlace = z.infer<typeof BatchPlace>;

export const BatchRequest = z.strictObject({
  datasetVersion: idOf('datasetVersion'),
  on: BatchPlace.default('edge'),
  /** Of the output. */
  format: BatchFormat.default('csv'),
  callback: CallbackUrl.optional(),
});

export const BatchPrediction = Job.extend({
  id: idOf('batchPrediction'),
  on: BatchPlace,
  /** The last one that worked on it. */
  runner: idOf('runner').nullable(),
  /** The one that most of the endpoint's traffic went to, or its graph; it makes all of the predictions. */
  model: z.object({ name: Name, version: z.int() }),
  dataset: z.object({ id: idOf('datasetVersion'), name: Name, version: z.int() }),
  format: BatchFormat,
  /** `failed`: of those done, how many have an error in place of a prediction. */
  rows: z.object({ total: z.int(), done: z.int(), failed: z.int() }),
  /** The first few that have an error; rows count from 1. */
  failures: z.array(z.object({ row: z.int(), message: z.string() })),
  /** Milliseconds of work that is left, about; null while unknown. */
  msLeft: z.number().nullable(),
  /** Of the output so far, bytes. */
  size: z.int(),
});
export type BatchPrediction = z.infer<typeof BatchPrediction>;
