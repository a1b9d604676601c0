/** Run (one training of one pipeline version on one dataset version), its Job (a leased piece of work) and Runner. */
import * as z from 'zod';
import { Team } from './averaging.ts';
import { idOf, Name, Sha256, Timestamp } from './id.ts';
import { RunMetrics } from './metric.ts';

export const PLACES = ['runner', 'browser'] as const;
/** Where a run trains. */
export const Place = z.enum(PLACES);
export type Place = z.infer<typeof Place>;

export const RUN_STATES = ['queued', 'running', 'succeeded', 'failed', 'stopped'] as const;
export const RunState = z.enum(RUN_STATES);
export type RunState = z.infer<typeof RunState>;
export const isEnded = (state: RunState): boolean => state !== 'queued' && state !== 'running';

/** Why a run did not succeed. */
export const FAILURE_REASONS = [
  'code_failed',
  'bad_data',
  'out_of_memory',
  'disk_full',
  'diverged',
  'hung',
  'timed_out',
  'runner_lost',
  'dependency_failed',
] as const;
export const FailureReason = z.enum(FAILURE_REASONS);
export type FailureReason = z.infer<typeof FailureReason>;

export const Progress = z.object({
  /** What is being done, for people: "training", "evaluating". */
  phase: z.string().max(80),
  step: z.int().min(0),
  totalSteps: z.int().min(0),
  epoch: z.number().min(0),
  epochs: z.number().min(0),
  /** Estimated milliseconds to the end; null while unknown. */
  etaMs: z.number().nullable(),
});
export type Progress = z.infer<typeof Progress>;

export const Run = z.object({
  id: idOf('run'),
  project: idOf('project'),
  name: z.string(),
  datasetVersion: idOf('datasetVersion'),
  pipelineVersion: idOf('pipelineVersion'),
  /** Name under which the trained model is registered. */
  model: Name,
  on: Place,
  state: RunState,
  reason: FailureReason.nullable(),
  message: z.string().nullable(),
  stopRequested: z.boolean(),
  /** It was asked to end its training early, with what it has learnt. */
  finishRequested: z.boolean(),
  /** The search that it is a trial of. */
  sweep: idOf('sweep').nullable(),
  /** Its place among those that train one network together; null: it trains alone. */
  team: Team.nullable(),
  /** Times that a worker began or took up this run. */
  attempts: z.int(),
  device: z.string().nullable(),
  /** What the training holds in memory, bytes, about. */
  memoryBytes: z.int().nullable(),
  progress: Progress.nullable(),
  metrics: RunMetrics.nullable(),
  artifact: Sha256.nullable(),
  modelVersion: idOf('modelVersion').nullable(),
  job: idOf('job'),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
});
export type Run = z.infer<typeof Run>;

/** A lease on a job. `fence` grows with every claim; a write with an older fence is refused as `stale_fence`. */
export const Lease = z.object({
  job: idOf('job'),
  run: idOf('run'),
  fence: z.int().min(1),
  expiresAt: Timestamp,
});
export type Lease = z.infer<typeof Lease>;

export const RunnerCapabilities = z.strictObject({
  /** Its version; null without it. */
  libtensorflow: z.string().nullable(),
  /** The GPU's name. */
  gpu: z.string().nullable(),
  gpuMemoryBytes: z.int().nullable(),
  memoryBytes: z.int(),
  /** Jobs at once. */
  slots: z.int().min(1).max(64),
  labels: z.array(Name).max(16),
  /** It takes no job on more data, bytes: a browser's tab. */
  maxDatasetBytes: z.int().optional(),
});
export type RunnerCapabilities = z.infer<typeof RunnerCapabilities>;

/** What a machine was busy with at one moment. */
export const RunnerUsage = z.strictObject({
  at: Timestamp,
  /** Shares of what the machine has, 0 to 1. */
  cpu: z.number().min(0).max(1),
  memory: z.number().min(0).max(1),
  gpu: z.number().min(0).max(1).nullable(),
  gpuMemory: z.number().min(0).max(1).nullable(),
});
export type RunnerUsage = z.infer<typeof RunnerUsage>;

export const Runner = z.object({
  id: idOf('runner'),
  name: z.string(),
  /** For people: "libtensorflow 2.21 · CPU, 2 cores". */
  device: z.string(),
  /** null: an older runner, which is given only jobs that require nothing. */
  capabilities: RunnerCapabilities.nullable(),
  /** The last ones, oldest first. */
  usage: z.array(RunnerUsage),
  lastSeenAt: Timestamp,
  /** Runs it is working on. */
  runs: z.array(z.object({ id: idOf('run'), name: z.string(), project: Name })),
  /** Batch predictions that it is working on, and the share of its rows that is done. */
  batches: z.array(
    z.object({
      ...{ id: idOf('batchPrediction'), dataset: Name, endpoint: Name, project: Name },
      share: z.number(),
    }),
  ),
});
export type Runner = z.infer<typeof Runner>;
