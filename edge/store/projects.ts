/** Projects, found by name; what else has a name in a project is found through here. */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { type Db, now } from './db.ts';
import { datasets } from './schema/data.ts';
import { endpoints, models } from './schema/models.ts';
import { runs } from './schema/runs.ts';
import { projects } from './schema/workspaces.ts';

const columns = {
  id: projects.id,
  name: projects.name,
  description: projects.description,
  createdAt: projects.createdAt,
};

const count = (table: SQLiteTable) =>
  sql<number>`(SELECT count(*) FROM ${table} AS held WHERE held.workspace = ${projects}.workspace AND held.project = ${projects}.id)`;

const withCounts = {
  ...columns,
  datasets: count(datasets),
  runs: count(runs),
  models: count(models),
  endpoints: count(endpoints),
};

function nestCounts<T extends { datasets: number; runs: number; models: number; endpoints: number }>(row: T) {
  const { datasets, runs, models, endpoints, ...project } = row;
  return { ...project, counts: { datasets, runs, models, endpoints } };
}

export async function listProjects(db: Db, workspace: string) {
  const rows = await db
    .select(withCounts)
    .from(projects)
    .where(eq(projects.workspace, workspace))
    .orderBy(desc(projects.id))
    .all();
  return rows.map(nestCounts);
}

export async function createProject(db: Db, workspace: string, input: { name: string; description: string }) {
  const project = { id: newId('project'), ...input, createdAt: now() };
  const added = await db
    .insert(projects)
    .values({ workspace, ...project })
    .onConflictDoNothing()
    .returning({ id: projects.id });
  if (added.length === 0)
    throw new AppError(
      'conflict',
      `name: there is already a project "${input.name}"; expected a name not in use`,
    );
  return project;
}

export async function getProject(db: Db, workspace: string, name: string) {
  const row = await db
    .select(withCounts)
    .from(projects)
    .where(and(eq(projects.workspace, workspace), eq(projects.name, name)))
    .get();
  if (!row) throw noProject(name);
  return nestCounts(row);
}

/** The id behind a project's name. */
export async function findProject(db: Db, workspace: string, name: string): Promise<string> {
  const row = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.workspace, workspace), eq(projects.name, name)))
    .get();
  if (!row) throw noProject(name);
  return row.id;
}

const noProject = (name: string) => new AppError('not_found', `there is no project "${name}"`);
