/** Searches and what they tried. */
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JobOptions } from '../../../shared/schema/job.ts';
import { type Parameters, SWEEP_STATES, type Trial } from '../../../shared/schema/sweep.ts';
import type { Search } from '../../../shared/tune/search.ts';
import { createdAt, id, json, name, refers, workspace } from './columns.ts';
import { datasetVersions } from './data.ts';
import { projects } from './workspaces.ts';

export const sweeps = sqliteTable(
  'sweeps',
  {
    workspace: workspace(),
    id: id(),
    project: text().notNull(),
    name: name(),
    datasetVersion: text('dataset_version').notNull(),
    model: text().notNull(),
    search: json<Search>('search').notNull(),
    queue: json<JobOptions>('queue').notNull(),
    pricePerHour: real('price_per_hour'),
    state: text({ enum: SWEEP_STATES }).notNull(),
    message: text(),
    createdAt: createdAt(),
    endedAt: text('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.id] }),
    refers([t.workspace, t.project], projects),
    refers([t.workspace, t.datasetVersion], datasetVersions),
    index('sweeps_by_project').on(t.workspace, t.project, t.id),
    index('sweeps_by_state').on(t.workspace, t.state),
  ],
);

/** What was tried; how it went is in its run. */
export const trials = sqliteTable(
  'trials',
  {
    workspace: workspace(),
    sweep: text().notNull(),
    number: integer().notNull(),
    /** Of a search over templates. */
    template: text(),
    parameters: json<Parameters>('parameters').notNull(),
    /** Epoch at which it ends at the latest. */
    epochs: integer(),
    /** Trial from whose last checkpoint it goes on. */
    from: integer(),
    /** Its run, which is made after this row: one that is not there yet is made when the sweep is next looked at. */
    run: text().notNull(),
    /** Ended early by the scheduler. */
    pruned: integer({ mode: 'boolean' }).notNull().default(false),
    /** Why it was never trained. */
    problem: text(),
    measures: json<NonNullable<Trial['measures']>>('measures').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.sweep, t.number] }),
    refers([t.workspace, t.sweep], sweeps),
    uniqueIndex('trials_by_run').on(t.workspace, t.run),
  ],
);
