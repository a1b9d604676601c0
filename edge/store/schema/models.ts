/** The registry, and what is served of it. */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { InferenceGraph } from '../../../shared/schema/inference-graph.ts';
import type { RunMetrics } from '../../../shared/schema/metric.ts';
import type { Precision, PrecisionMetrics } from '../../../shared/schema/precision.ts';
import type { InputField, OutputSpec } from '../../../shared/schema/prediction.ts';
import { createdAt, id, json, name, refers, workspace } from './columns.ts';
import { runs } from './runs.ts';
import { projects } from './workspaces.ts';

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
    precisions: json<PrecisionMetrics>('precisions'),
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
    /** Who answers, where the deployments' shares do not say. */
    graph: json<InferenceGraph>('graph'),
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
    precision: text().$type<Precision>().notNull().default('float32'),
    /** Order in which they were given. */
    position: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.endpoint, t.modelVersion] }),
    refers([t.workspace, t.endpoint], endpoints),
    refers([t.workspace, t.modelVersion], modelVersions),
  ],
);
