/** What is predicted later, what is answered once, and what callbacks are signed with. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { BatchProgress, BatchWork } from '../../../shared/schema/batch-work.ts';
import {
  BATCH_PLACES,
  DELIVERY_STATES,
  type JobError,
  PREDICTION_STATES,
} from '../../../shared/schema/prediction-job.ts';
import { createdAt, id, json, workspace } from './columns.ts';
import { workspaces } from './workspaces.ts';

export const PREDICTION_KINDS = ['prediction', 'batch'] as const;

/** What endpoints shall predict later. What is asked and answered lies in R2, under `<workspace>/predictions/<id>/`. */
export const predictionJobs = sqliteTable(
  'prediction_jobs',
  {
    workspace: workspace().references(() => workspaces.workspace),
    id: id(),
    kind: text({ enum: PREDICTION_KINDS }).notNull(),
    /** Its name: the job outlives it. */
    endpoint: text().notNull(),
    requestId: text('request_id').notNull(),
    state: text({ enum: PREDICTION_STATES }).notNull(),
    /** Who takes it up next: batches for a runner are made ready by the edge. */
    worker: text({ enum: BATCH_PLACES }).notNull().default('edge'),
    runner: text(),
    /** Grows with each lease; who has an older one writes nothing. */
    fence: integer().notNull().default(0),
    /** Leases since it last got on. */
    attempts: integer().notNull().default(0),
    /** When it is to be taken up: it waits, or its lease runs out then. Milliseconds since 1970; null once it has ended. */
    dueAt: integer('due_at'),
    batch: json<BatchWork>('batch'),
    progress: json<StoredProgress>('progress'),
    error: json<JobError>('error'),
    callback: text(),
    delivery: text({ enum: DELIVERY_STATES }),
    deliveryAttempts: integer('delivery_attempts').notNull().default(0),
    /** Milliseconds since 1970; null while there is nothing to tell. */
    deliveryDueAt: integer('delivery_due_at'),
    deliveryError: text('delivery_error'),
    createdAt: createdAt(),
    startedAt: text('started_at'),
    endedAt: text('ended_at'),
    /** Milliseconds since 1970. */
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    index('prediction_jobs_by_due').on(t.workspace, t.endpoint, t.dueAt),
    index('prediction_jobs_by_worker').on(t.workspace, t.worker, t.dueAt),
  ],
);

/** And where it is read and written. */
export interface StoredProgress extends BatchProgress {
  /** Where its rows are read from, once that is text that may be read from any place. */
  source: { key: string; size: number } | null;
  /** Of each part of the output the fence under which it was written, by which it is found. */
  parts: number[];
}

/** Requests that were sent with a key are answered once. The answer lies in R2, under `<workspace>/idempotency/`. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    workspace: workspace().references(() => workspaces.workspace),
    /** A key is its token's own. */
    token: text().notNull(),
    key: text().notNull(),
    endpoint: text().notNull(),
    /** Hexadecimal SHA-256 of what was asked. */
    fingerprint: text().notNull(),
    /** Of the prediction, or the batch, that it asks for. */
    id: id(),
    /** Milliseconds since 1970 until which it is taken for in progress; null once it is answered. */
    busyUntil: integer('busy_until'),
    status: integer(),
    location: text(),
    /** Milliseconds since 1970. */
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.token, t.key] }),
    index('idempotency_keys_by_expiry').on(t.workspace, t.endpoint, t.expiresAt),
  ],
);

/** What callbacks are signed with. */
export const webhookSecrets = sqliteTable(
  'webhook_secrets',
  {
    workspace: workspace().references(() => workspaces.workspace),
    endpoint: text().notNull(),
    secret: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspace, t.endpoint] })],
);
