/** The queue: each run's job, what it waits for, who worked on it and what was said, and the fleet. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import {
  ATTEMPT_ENDINGS,
  JOB_STATES,
  type JobRequirements,
  LOG_LEVELS,
  MAX_ATTEMPTS,
} from '../../../shared/schema/job.ts';
import type { PrecisionMetrics } from '../../../shared/schema/precision.ts';
import type { InputField, OutputSpec } from '../../../shared/schema/prediction.ts';
import {
  FAILURE_REASONS,
  PLACES,
  type RunnerCapabilities,
  type RunnerUsage,
} from '../../../shared/schema/run.ts';
import { id, json, name, refers, workspace } from './columns.ts';
import { runs } from './runs.ts';
import { workspaces } from './workspaces.ts';

/** One job a run. `fence` grows whenever the lease changes hands, so nobody holds the fence of a job that is not leased. */
export const jobs = sqliteTable(
  'jobs',
  {
    workspace: workspace(),
    id: id(),
    run: text().notNull(),
    project: text().notNull().default(''),
    on: text({ enum: PLACES }).notNull(),
    state: text({ enum: JOB_STATES }).notNull(),
    /** Jobs that any runner either may take all of or none, of one project: a claim looks at the head of each lane only. */
    lane: text().notNull().default(''),
    priority: integer().notNull().default(0),
    requires: json<JobRequirements>('requires').notNull().default({}),
    datasetBytes: integer('dataset_bytes').notNull().default(0),
    /** Milliseconds since 1970. */
    notBefore: integer('not_before'),
    maxAttempts: integer('max_attempts').notNull().default(MAX_ATTEMPTS),
    /** Attempts that were lost since somebody queued it. */
    losses: integer().notNull().default(0),
    timeoutMs: integer('timeout_ms'),
    /** When this attempt is timed out, milliseconds since 1970. */
    deadline: integer(),
    fence: integer().notNull().default(0),
    /** Token that took the lease; no other may write under it. */
    holder: text(),
    runner: text(),
    /** Milliseconds since 1970. */
    leaseExpiresAt: integer('lease_expires_at'),
    /** R2 key of the last checkpoint. */
    checkpoint: text(),
    /** Steps done at it, where its bytes say so. */
    checkpointSteps: integer('checkpoint_steps'),
    /** What was uploaded under the lease and waits to be registered. */
    artifact: json<UploadedArtifact>('artifact'),
    queuedAt: text('queued_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.run], runs),
    uniqueIndex('jobs_by_run').on(t.workspace, t.run),
    index('jobs_by_lane').on(t.workspace, t.on, t.state, t.lane, sql`"priority" DESC`, t.queuedAt, t.id),
    index('jobs_by_project').on(t.workspace, t.state, t.project),
  ],
);

/** A job waits until the run that it names has succeeded. */
export const jobDependencies = sqliteTable(
  'job_dependencies',
  { workspace: workspace(), job: text().notNull(), run: text().notNull() },
  (t) => [
    primaryKey({ columns: [t.workspace, t.job, t.run] }),
    refers([t.workspace, t.job], jobs),
    refers([t.workspace, t.run], runs),
    index('job_dependencies_by_run').on(t.workspace, t.run),
  ],
);

/** Each lease that was given, from the claim to its end. */
export const jobAttempts = sqliteTable(
  'job_attempts',
  {
    workspace: workspace(),
    job: text().notNull(),
    fence: integer().notNull(),
    runner: text(),
    device: text().notNull(),
    startedAt: text('started_at').notNull(),
    endedAt: text('ended_at'),
    ending: text({ enum: ATTEMPT_ENDINGS }),
    reason: text({ enum: FAILURE_REASONS }),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.job, t.fence] }),
    refers([t.workspace, t.job], jobs),
    index('job_attempts_by_runner').on(t.workspace, t.runner, t.startedAt),
    index('job_attempts_by_start').on(t.workspace, t.startedAt),
  ],
);

export const logLines = sqliteTable(
  'log_lines',
  {
    workspace: workspace(),
    job: text().notNull(),
    fence: integer().notNull(),
    line: integer().notNull(),
    at: text().notNull(),
    level: text({ enum: LOG_LEVELS }).notNull(),
    text: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspace, t.job, t.fence, t.line] }), refers([t.workspace, t.job], jobs)],
);

export interface UploadedArtifact {
  sha256: string;
  /** Bytes. */
  size: number;
  inputs: InputField[];
  output: OutputSpec;
  precisions: PrecisionMetrics | null;
}

export const runners = sqliteTable(
  'runners',
  {
    workspace: workspace().references(() => workspaces.workspace),
    id: id(),
    name: name(),
    device: text().notNull(),
    capabilities: json<RunnerCapabilities>('capabilities'),
    usage: json<RunnerUsage[]>('usage').notNull().default([]),
    lastSeenAt: text('last_seen_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspace, t.id] })],
);
