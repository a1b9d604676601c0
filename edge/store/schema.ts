/**
 * The tables. Every primary key begins with the workspace, and so does every reference, so that no row can point into
 * another tenant's. Timestamps are ISO 8601 text (they sort as they stand); leases are milliseconds, for arithmetic.
 */
import {
  type AnySQLiteColumn,
  customType,
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { upgradeSpec } from '../../shared/definition/upgrade-spec.ts';
import { DATASET_FORMATS, type DatasetProfile } from '../../shared/schema/dataset.ts';
import { CURVE_NAMES, type RunMetrics, SPLITS } from '../../shared/schema/metric.ts';
import type { InputField, OutputSpec } from '../../shared/schema/prediction.ts';
import { TOKEN_SCOPES } from '../../shared/schema/project.ts';
import { FAILURE_REASONS, JOB_STATES, PLACES, type Progress, RUN_STATES } from '../../shared/schema/run.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';

const workspace = () => text().notNull();
const id = () => text().notNull();
const name = () => text().notNull();
const createdAt = () => text('created_at').notNull();
const json = <T>(column: string) => text(column, { mode: 'json' }).$type<T>();
/** A definition of any version, read as one of today. */
const definition = customType<{ data: PipelineSpec; driverData: string }>({
  dataType: () => 'text',
  toDriver: (spec) => JSON.stringify(spec),
  fromDriver: (stored) => upgradeSpec(JSON.parse(stored)) as PipelineSpec,
});

/** A reference to another table's (workspace, id). */
const refers = (
  from: [AnySQLiteColumn, AnySQLiteColumn],
  to: { workspace: AnySQLiteColumn; id: AnySQLiteColumn },
) => foreignKey({ columns: from, foreignColumns: [to.workspace, to.id] });

export const workspaces = sqliteTable('workspaces', {
  workspace: text().primaryKey(),
  name: name(),
  createdAt: createdAt(),
});

export const tokens = sqliteTable(
  'tokens',
  {
    workspace: workspace().references(() => workspaces.workspace),
    id: id(),
    name: name(),
    scope: text({ enum: TOKEN_SCOPES }).notNull(),
    endpoint: text(),
    /** SHA-256 of the secret, hexadecimal; the secret itself is kept nowhere. */
    hash: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.workspace, t.id] }), uniqueIndex('tokens_by_hash').on(t.hash)],
);

export const projects = sqliteTable(
  'projects',
  {
    workspace: workspace().references(() => workspaces.workspace),
    id: id(),
    name: name(),
    description: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    uniqueIndex('projects_by_name').on(t.workspace, t.name),
  ],
);

export const datasets = sqliteTable(
  'datasets',
  { workspace: workspace(), id: id(), project: text().notNull(), name: name(), createdAt: createdAt() },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.project], projects),
    uniqueIndex('datasets_by_name').on(t.workspace, t.project, t.name),
  ],
);

export const datasetVersions = sqliteTable(
  'dataset_versions',
  {
    workspace: workspace(),
    id: id(),
    dataset: text().notNull(),
    version: integer().notNull(),
    format: text({ enum: DATASET_FORMATS }).notNull(),
    sha256: text().notNull(),
    size: integer().notNull(),
    profile: json<DatasetProfile>('profile').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.dataset], datasets),
    uniqueIndex('dataset_versions_by_version').on(t.workspace, t.dataset, t.version),
    uniqueIndex('dataset_versions_by_content').on(t.workspace, t.dataset, t.sha256, t.format),
    index('dataset_versions_by_sha256').on(t.workspace, t.sha256),
  ],
);

export const pipelines = sqliteTable(
  'pipelines',
  { workspace: workspace(), id: id(), project: text().notNull(), name: name(), createdAt: createdAt() },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.project], projects),
    uniqueIndex('pipelines_by_name').on(t.workspace, t.project, t.name),
  ],
);

export const pipelineVersions = sqliteTable(
  'pipeline_versions',
  {
    workspace: workspace(),
    id: id(),
    pipeline: text().notNull(),
    version: integer().notNull(),
    hash: text().notNull(),
    spec: definition('spec').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.pipeline], pipelines),
    uniqueIndex('pipeline_versions_by_version').on(t.workspace, t.pipeline, t.version),
    uniqueIndex('pipeline_versions_by_hash').on(t.workspace, t.pipeline, t.hash),
  ],
);

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

/** One job a run. `fence` grows whenever the lease changes hands, so nobody holds the fence of a job that is not leased. */
export const jobs = sqliteTable(
  'jobs',
  {
    workspace: workspace(),
    id: id(),
    run: text().notNull(),
    on: text({ enum: PLACES }).notNull(),
    state: text({ enum: JOB_STATES }).notNull(),
    fence: integer().notNull().default(0),
    /** Token that took the lease; no other may write under it. */
    holder: text(),
    runner: text(),
    /** Milliseconds since 1970. */
    leaseExpiresAt: integer('lease_expires_at'),
    /** R2 key of the last checkpoint. */
    checkpoint: text(),
    /** What was uploaded under the lease and waits to be registered. */
    artifact: json<UploadedArtifact>('artifact'),
    queuedAt: text('queued_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.run], runs),
    uniqueIndex('jobs_by_run').on(t.workspace, t.run),
    index('jobs_by_state').on(t.workspace, t.on, t.state, t.queuedAt),
  ],
);

export interface UploadedArtifact {
  sha256: string;
  /** Bytes. */
  size: number;
  inputs: InputField[];
  output: OutputSpec;
}

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

export const runners = sqliteTable(
  'runners',
  {
    workspace: workspace().references(() => workspaces.workspace),
    id: id(),
    name: name(),
    device: text().notNull(),
    lastSeenAt: text('last_seen_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspace, t.id] })],
);

export const models = sqliteTable(
  'models',
  { workspace: workspace(), id: id(), project: text().notNull(), name: name(), createdAt: createdAt() },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.project], projects),
    uniqueIndex('models_by_name').on(t.workspace, t.project, t.name),
  ],
);

export const modelVersions = sqliteTable(
  'model_versions',
  {
    workspace: workspace(),
    id: id(),
    model: text().notNull(),
    version: integer().notNull(),
    run: text().notNull(),
    artifact: text().notNull(),
    size: integer().notNull(),
    metrics: json<RunMetrics>('metrics').notNull(),
    inputs: json<InputField[]>('inputs').notNull(),
    output: json<OutputSpec>('output').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.model], models),
    refers([t.workspace, t.run], runs),
    uniqueIndex('model_versions_by_version').on(t.workspace, t.model, t.version),
    index('model_versions_by_artifact').on(t.workspace, t.artifact),
  ],
);

export const modelAliases = sqliteTable(
  'model_aliases',
  { workspace: workspace(), model: text().notNull(), alias: text().notNull(), version: integer().notNull() },
  (t) => [primaryKey({ columns: [t.workspace, t.model, t.alias] }), refers([t.workspace, t.model], models)],
);

export const endpoints = sqliteTable(
  'endpoints',
  {
    workspace: workspace(),
    id: id(),
    project: text().notNull(),
    name: name(),
    createdAt: createdAt(),
    updatedAt: text('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.project], projects),
    uniqueIndex('endpoints_by_name').on(t.workspace, t.name),
  ],
);

export const deployments = sqliteTable(
  'deployments',
  {
    workspace: workspace(),
    endpoint: text().notNull(),
    modelVersion: text('model_version').notNull(),
    /** Per cent. */
    traffic: integer().notNull(),
    /** Order in which they were given. */
    position: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.endpoint, t.modelVersion] }),
    refers([t.workspace, t.endpoint], endpoints),
    refers([t.workspace, t.modelVersion], modelVersions),
  ],
);
