/** Trainings that several workers share. */
import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Rules } from '../../../shared/federated/rules.ts';
import type { AveragingOptions } from '../../../shared/schema/averaging.ts';
import { json, refers, workspace } from './columns.ts';
import { runs } from './runs.ts';

/** Of a training that several workers share, by the run that leads it: where its rounds stand. Vectors lie in R2. */
export const averagings = sqliteTable(
  'averagings',
  {
    workspace: workspace(),
    lead: text().notNull(),
    /** Runs, by rank. */
    members: json<string[]>('members').notNull(),
    options: json<AveragingOptions>('options').notNull(),
    rules: json<Rules>('rules').notNull(),
    /** The round that is open. */
    round: integer().notNull().default(0),
    standing: json<Standing>('standing').notNull(),
    /** Until then somebody closes the round, milliseconds since 1970. */
    closingUntil: integer('closing_until').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.workspace, t.lead] }), refers([t.workspace, t.lead], runs)],
);

/** Beside what can be read off the answers. Vectors are named by their sha256; null: there is none yet. */
export interface Standing {
  /** Of all vectors, by the first answer. */
  shape: { length: number; statistics: number } | null;
  awaited: string[];
  waited: number;
  done: boolean;
  base: string | null;
  velocity: string | null;
  best: { loss: number; weights: string } | null;
}

/** What a worker said at the end of a round. */
export const averagingUpdates = sqliteTable(
  'averaging_updates',
  {
    workspace: workspace(),
    lead: text().notNull(),
    round: integer().notNull(),
    participant: text().notNull(),
    rows: integer().notNull(),
    statistics: integer().notNull(),
    loss: real(),
    validationRows: integer('validation_rows'),
    weights: text().notNull(),
    /** Milliseconds since 1970. */
    at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspace, t.lead, t.round, t.participant] }),
    refers([t.workspace, t.lead], runs),
  ],
);
