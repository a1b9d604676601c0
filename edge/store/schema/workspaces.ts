/** Tenants, who may ask for them, and their projects. */
import { primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { TOKEN_SCOPES } from '../../../shared/schema/project.ts';
import { createdAt, id, name, workspace } from './columns.ts';

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
    /** Null: until it is revoked. */
    expiresAt: text('expires_at'),
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
