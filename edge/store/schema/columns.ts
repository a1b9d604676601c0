/**
 * Columns that many tables have. Every primary key begins with the workspace, and so does every reference, so that no row can point into
 * another tenant's. Timestamps are ISO 8601 text (they sort as they stand); leases are milliseconds, for arithmetic.
 */
import { type AnySQLiteColumn, customType, foreignKey, text } from 'drizzle-orm/sqlite-core';
import type { PipelineSpec } from '../../../shared/definition/pipeline-spec.ts';
import { upgradeSpec } from '../../../shared/definition/upgrade-spec.ts';

export const workspace = () => text().notNull();

export const id = () => text().notNull();

export const name = () => text().notNull();

export const createdAt = () => text('created_at').notNull();

export const json = <T>(column: string) => text(column, { mode: 'json' }).$type<T>();

/** A definition of any version, read as one of today. */
export const definition = customType<{ data: PipelineSpec; driverData: string }>({
  dataType: () => 'text',
  toDriver: (spec) => JSON.stringify(spec),
  fromDriver: (stored) => upgradeSpec(JSON.parse(stored)) as PipelineSpec,
});

/** A reference to another table's (workspace, id). */
export const refers = (
  from: [AnySQLiteColumn, AnySQLiteColumn],
  to: { workspace: AnySQLiteColumn; id: AnySQLiteColumn },
) => foreignKey({ columns: from, foreignColumns: [to.workspace, to.id] });
