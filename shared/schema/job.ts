/**
 * A job is a leased piece of work: the training of one run. The queue says which runner takes which job when; a runner says what it
 * has to offer.
 */
import * as z from 'zod';
import { idOf, Name, Timestamp } from './id.ts';
import { FailureReason, Place } from './run.ts';

/**
 * `waiting`: for a time or for other runs · `held` by its owner · `queued`: may be taken · `leased`: a worker has it · `done` · `dead`:
 * it lost its workers so often that it is not tried again until somebody resumes its run.
 */
export const JOB_STATES = ['waiting', 'held', 'queued', 'leased', 'done', 'dead'] as const;
export const JobState = z.enum(JOB_STATES);
export type JobState = z.infer<typeof JobState>;

/** What a runner must offer to be given the job. */
export const JobRequirements = z.strictObject({
  /** Native TensorFlow. */
  libtensorflow: z.boolean().optional(),
  /** Of one GPU, bytes. */
  gpuMemoryBytes: z.int().min(0).optional(),
  memoryBytes: z.int().min(0).optional(),
  /** The runner has all of these. */
  labels: z.array(Name).max(16).optional(),
});
export type JobRequirements = z.infer<typeof JobRequirements>;

/** Times a job may lose its worker before it is dead. */
export const MAX_ATTEMPTS = 5;

export const MOST_PRIORITY = 100;
export const Priority = z.int().min(-MOST_PRIORITY).max(MOST_PRIORITY);

/** How a run's job is queued. */
export const JobOptions = z.strictObject({
  /** Higher first; among equals the project with the fewest running jobs, then the oldest. */
  priority: Priority.default(0),
  notBefore: Timestamp.optional(),
  /** It waits until all of these runs have succeeded; if one fails or is stopped, so does this. */
  after: z.array(idOf('run')).max(32).default([]),
  requires: JobRequirements.default({}),
  maxAttempts: z.int().min(1).max(100).default(MAX_ATTEMPTS),
  /** Longest that one attempt may take; then the run has failed as `timed_out`. */
  timeoutSeconds: z.int().min(1).max(2_592_000).optional(),
});
export type JobOptions = z.infer<typeof JobOptions>;

/** A job as the page of the queue shows it. */
export const QueuedJob = z.object({
  id: idOf('job'),
  run: idOf('run'),
  runName: z.string(),
  project: Name,
  on: Place,
  state: JobState,
  priority: z.int(),
  requires: JobRequirements,
  /** Attempts that were lost since somebody queued it. */
  losses: z.int(),
  maxAttempts: z.int(),
  runner: idOf('runner').nullable(),
  queuedAt: Timestamp,
  notBefore: Timestamp.nullable(),
  /** For people, of one that nobody works on: what it waits for. */
  waitsFor: z.string().nullable(),
});
export type QueuedJob = z.infer<typeof QueuedJob>;

export const ATTEMPT_ENDINGS = ['succeeded', 'failed', 'stopped', 'handed back', 'lost'] as const;

/** One lease of one worker, from the claim to its end. */
export const JobAttempt = z.object({
  job: idOf('job'),
  run: idOf('run'),
  runName: z.string(),
  project: Name,
  fence: z.int(),
  runner: idOf('runner').nullable(),
  device: z.string(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  /** null while it lasts. */
  ending: z.enum(ATTEMPT_ENDINGS).nullable(),
  reason: FailureReason.nullable(),
});
export type JobAttempt = z.infer<typeof JobAttempt>;

/** Why a worker gives a job back: it shuts down (nobody's fault), or its training process died or hung. */
export const RELEASE_REASONS = ['shutdown', 'crashed', 'hung'] as const;
export type ReleaseReason = (typeof RELEASE_REASONS)[number];

export const LOG_LEVELS = ['info', 'warning', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** Characters of a line, at most. */
export const MAX_LINE = 4000;
/** A line of a job's log. `line` counts from 0 in each attempt. */
export const LogLine = z.object({
  line: z.int().min(0),
  at: Timestamp,
  level: z.enum(LOG_LEVELS),
  text: z.string().max(MAX_LINE),
});
export type LogLine = z.infer<typeof LogLine>;
