/** Runs, and what they tell of themselves. */
import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Team } from '../../../shared/schema/averaging.ts';
import { CURVE_NAMES, type RunMetrics, SPLITS } from '../../../shared/schema/metric.ts';
import { FAILURE_REASONS, PLACES, type Progress, RUN_STATES } from '../../../shared/schema/run.ts';
import type { Snapshot } from '../../../shared/schema/snapshot.ts';
import { createdAt, id, json, name, refers, workspace } from './columns.ts';
import { datasetVersions, pipelineVersions } from './data.ts';
import { projects } from './workspaces.ts';

export const runs = sqliteTable(
  'runs',
  {
    workspace: workspace(),
    id: id(),
    project: text().notNull(),
    name: name(),
    datasetVersion: text('dataset_version').notNull(),
    pipelineVersion: text('pipeline_version').notNull(),
    model: text().notNull(),
    on: text({ enum: PLACES }).notNull(),
    state: text({ enum: RUN_STATES }).notNull(),
    reason: text({ enum: FAILURE_REASONS }),
    message: text(),
    stopRequested: integer('stop_requested', { mode: 'boolean' }).notNull().default(false),
    finishRequested: integer('finish_requested', { mode: 'boolean' }).notNull().default(false),
    sweep: text(),
    team: json<Team>('team'),
    attempts: integer().notNull().default(0),
    device: text(),
    memoryBytes: integer('memory_bytes'),
    progress: json<Progress>('progress'),
    metrics: json<RunMetrics>('metrics'),
    artifact: text(),
    modelVersion: text('model_version'),
    job: text().notNull(),
    createdAt: createdAt(),
    startedAt: text('started_at'),
    endedAt: text('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.project], projects),
    refers([t.workspace, t.datasetVersion], datasetVersions),
    refers([t.workspace, t.pipelineVersion], pipelineVersions),
    index('runs_by_project').on(t.workspace, t.project, t.id),
    index('runs_by_dataset').on(t.workspace, t.datasetVersion),
  ],
);

export const metricPoints = sqliteTable(
  'metric_points',
  {
    workspace: workspace(),
    run: text().notNull(),
    split: text({ enum: SPLITS }).notNull(),
    name: text({ enum: CURVE_NAMES }).notNull(),
    step: integer().notNull(),
    epoch: real().notNull(),
    value: real().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.run, t.split, t.name, t.step] }),
    refers([t.workspace, t.run], runs),
  ],
);

/** At most `SNAPSHOTS_KEPT` a run. */
export const runSnapshots = sqliteTable(
  'run_snapshots',
  {
    workspace: workspace(),
    run: text().notNull(),
    step: integer().notNull(),
    snapshot: json<Snapshot>('snapshot').notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspace, t.run, t.step] }), refers([t.workspace, t.run], runs)],
);
