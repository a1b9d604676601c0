/**
 * Jobs as the worker that holds their lease sees them (a runner, or the tab for its own run). Every write carries the
 * lease's fence; a write with an older one is refused with `stale_fence`.
 */
import * as z from 'zod';
import { DatasetVersion } from '../../schema/dataset.ts';
import { idOf, Sha256 } from '../../schema/id.ts';
import { LogLine, RELEASE_REASONS } from '../../schema/job.ts';
import { MetricPoint, RunMetrics } from '../../schema/metric.ts';
import {
  FailureReason,
  Lease,
  Progress,
  Run,
  Runner,
  RunnerCapabilities,
  RunnerUsage,
} from '../../schema/run.ts';
import { Snapshot } from '../../schema/snapshot.ts';
import { route } from '../route.ts';
import { PipelineVersion } from './pipelines.ts';

const tag = 'Jobs';
const JobParams = z.object({ job: idOf('job') });
const scopes = ['owner', 'runner'] as const;
const Fenced = z.object({ fence: z.coerce.number().int().min(1) });

/** A lease lasts this long unless a heartbeat renews it; heartbeat at a third of it. */
export const LEASE_MS = 15_000;

/** Largest checkpoint or artifact, bytes. */
export const MAX_ARTIFACT_BYTES = 256 * 1024 * 1024;

export const JobAssignment = z.object({
  lease: Lease,
  run: Run,
  dataset: DatasetVersion,
  pipeline: PipelineVersion,
  /** A checkpoint of an earlier attempt waits at GET /v1/jobs/{job}/checkpoint. */
  hasCheckpoint: z.boolean(),
});
export type JobAssignment = z.infer<typeof JobAssignment>;

export const registerRunner = route({
  method: 'put',
  path: '/v1/runners/{runner}',
  tag,
  summary: 'Announce a runner (it makes its own id, once), and again what it offers and how busy it is',
  scopes: ['runner', 'owner'],
  params: z.object({ runner: idOf('runner') }),
  body: z.strictObject({
    name: z.string().min(1).max(100),
    device: z.string().max(200),
    /** What it can do; without, it is given only jobs that require nothing. */
    capabilities: RunnerCapabilities.optional(),
    /** How busy its machine is, each time that it says so. */
    usage: RunnerUsage.optional(),
  }),
  reply: Runner,
});

export const listRunners = route({
  method: 'get',
  path: '/v1/runners',
  tag,
  summary: 'Runners seen within the last day, newest first',
  scopes: ['owner'],
  reply: z.array(Runner),
});

export const claimJob = route({
  method: 'post',
  path: '/v1/jobs/claim',
  tag,
  summary:
    'Take the next job of the queue that this runner can do, or (`run`) the job of one run for this tab; null when none waits',
  scopes,
  body: z.strictObject({
    runner: idOf('runner').nullable(),
    run: idOf('run').nullable(),
    device: z.string().max(200),
  }),
  reply: JobAssignment.nullable(),
  errors: ['not_found', 'conflict'],
});

export const heartbeatJob = route({
  method: 'post',
  path: '/v1/jobs/{job}/heartbeat',
  tag,
  summary: 'Renew the lease, report progress, learn whether to stop, or to finish early',
  scopes,
  params: JobParams,
  body: Fenced.extend({
    progress: Progress.nullable(),
    /** Where it trains, once the worker has settled on that. */
    device: z.string().max(200).optional(),
    /** What it holds in memory, bytes. */
    memoryBytes: z.int().min(0).optional(),
  }).strict(),
  reply: z.object({ lease: Lease, stopRequested: z.boolean(), finishRequested: z.boolean() }),
  errors: ['not_found', 'stale_fence'],
});

export const postJobMetrics = route({
  method: 'post',
  path: '/v1/jobs/{job}/metrics',
  tag,
  summary: 'Add points to the curves; a point sent twice counts once',
  scopes,
  params: JobParams,
  body: Fenced.extend({ points: z.array(MetricPoint).min(1).max(2000) }).strict(),
  errors: ['not_found', 'stale_fence'],
});

export const postJobSnapshot = route({
  method: 'post',
  path: '/v1/jobs/{job}/snapshots',
  tag,
  summary:
    'Add what the model says at a step; of the same step the last one counts, and of many some are kept',
  scopes,
  params: JobParams,
  body: Fenced.extend({ snapshot: Snapshot }).strict(),
  errors: ['not_found', 'stale_fence', 'too_large'],
});

export const putCheckpoint = route({
  method: 'put',
  path: '/v1/jobs/{job}/checkpoint',
  tag,
  summary: 'Replace the checkpoint that a later attempt goes on from',
  scopes,
  params: JobParams,
  query: Fenced.extend({ sha256: Sha256 }),
  body: 'bytes',
  errors: ['not_found', 'stale_fence', 'too_large', 'invalid_artifact'],
});

export const getCheckpoint = route({
  method: 'get',
  path: '/v1/jobs/{job}/checkpoint',
  tag,
  summary: 'The last checkpoint',
  scopes,
  params: JobParams,
  reply: 'bytes',
  errors: ['not_found'],
});

export const putArtifact = route({
  method: 'put',
  path: '/v1/jobs/{job}/artifact',
  tag,
  summary: 'Upload the artifact; it is opened and checked against its sha256 before it is kept',
  scopes,
  params: JobParams,
  query: Fenced.extend({ sha256: Sha256 }),
  body: 'bytes',
  errors: ['not_found', 'stale_fence', 'too_large', 'invalid_artifact'],
});

export const finishJob = route({
  method: 'post',
  path: '/v1/jobs/{job}/finish',
  tag,
  summary:
    'End the run; success registers a model version from the uploaded artifact. Sent again by the same fence, it changes nothing',
  scopes,
  params: JobParams,
  body: z.discriminatedUnion('state', [
    z.strictObject({
      fence: z.int().min(1),
      state: z.literal('succeeded'),
      artifact: Sha256,
      metrics: RunMetrics,
    }),
    z.strictObject({
      fence: z.int().min(1),
      state: z.literal('failed'),
      reason: FailureReason,
      message: z.string().max(2000),
    }),
    z.strictObject({ fence: z.int().min(1), state: z.literal('stopped') }),
  ]),
  reply: Run,
  errors: ['not_found', 'stale_fence', 'invalid_artifact'],
});

export const releaseJob = route({
  method: 'post',
  path: '/v1/jobs/{job}/release',
  tag,
  summary: 'Hand the job back to the queue (the worker shuts down, or its training process died or hung)',
  scopes,
  params: JobParams,
  body: Fenced.extend({ reason: z.enum(RELEASE_REASONS).default('shutdown') }).strict(),
  errors: ['not_found', 'stale_fence'],
});

export const postJobLog = route({
  method: 'post',
  path: '/v1/jobs/{job}/log',
  tag,
  summary: 'Add lines to the log; a line sent twice counts once',
  scopes,
  params: JobParams,
  body: Fenced.extend({ lines: z.array(LogLine).min(1).max(500) }).strict(),
  errors: ['not_found', 'stale_fence'],
});
