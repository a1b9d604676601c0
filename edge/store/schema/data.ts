/** What is trained on, and what is trained: datasets and pipelines, by versions. */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { DATASET_FORMATS, type DatasetProfile } from '../../../shared/schema/dataset.ts';
import { createdAt, definition, id, json, name, refers, workspace } from './columns.ts';
import { projects } from './workspaces.ts';

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
