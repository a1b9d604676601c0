/** Endpoints and their deployments. */
import { and, asc, desc, eq, getTableColumns, inArray } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { Deployment, Endpoint } from '../../shared/schema/endpoint.ts';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Precision } from '../../shared/schema/precision.ts';
import { type Db, now } from './db.ts';
import { modelVersionColumns, ofModel } from './models.ts';
import { findProject } from './projects.ts';
import { deployments, endpoints, models, modelVersions } from './schema/models.ts';

const { workspace: _, ...columns } = getTableColumns(endpoints);

export async function listEndpoints(
  db: Db,
  workspace: string,
  projectName: string | undefined,
): Promise<Endpoint[]> {
  const mine = eq(endpoints.workspace, workspace);
  const where = projectName
    ? and(mine, eq(endpoints.project, await findProject(db, workspace, projectName)))
    : mine;
  const rows = await db.select(columns).from(endpoints).where(where).orderBy(desc(endpoints.id)).all();
  return withDeployments(db, workspace, rows);
}

export async function getEndpoint(db: Db, workspace: string, name: string): Promise<Endpoint> {
  const row = await db
    .select(columns)
    .from(endpoints)
    .where(and(eq(endpoints.workspace, workspace), eq(endpoints.name, name)))
    .get();
  if (!row) throw new AppError('not_found', `there is no endpoint "${name}"`);
  return (await withDeployments(db, workspace, [row]))[0]!;
}

export interface Share {
  modelVersion: string;
  /** Per cent. */
  traffic: number;
  precision: Precision;
}

/** Makes an endpoint, or changes what it serves; it belongs to the project of its models. `graph`: who answers, where the shares do not say. */
export async function putEndpoint(
  db: Db,
  workspace: string,
  name: string,
  shares: Share[],
  graph: InferenceGraph | null = null,
): Promise<Endpoint> {
  const ids = shares.map(({ modelVersion }) => modelVersion);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice)
    throw new AppError(
      'invalid_request',
      `deployments: ${twice} stands there twice; expected each version once`,
    );
  return db.transaction(async (tx) => {
    const project = await projectOf(tx, workspace, ids);
    const at = now();
    const { id: endpoint } = await tx
      .insert(endpoints)
      .values({ workspace, id: newId('endpoint'), project, name, graph, createdAt: at, updatedAt: at })
      .onConflictDoUpdate({
        target: [endpoints.workspace, endpoints.name],
        set: { project, graph, updatedAt: at },
      })
      .returning({ id: endpoints.id })
      .get();
    await deleteDeployments(tx, workspace, endpoint);
    await tx
      .insert(deployments)
      .values(shares.map((share, position) => ({ workspace, endpoint, ...share, position })));
    return getEndpoint(tx, workspace, name);
  });
}

export async function deleteEndpoint(db: Db, workspace: string, name: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { id } = await getEndpoint(tx, workspace, name);
    await deleteDeployments(tx, workspace, id);
    await tx.delete(endpoints).where(and(eq(endpoints.workspace, workspace), eq(endpoints.id, id)));
  });
}

async function deleteDeployments(db: Db, workspace: string, endpoint: string): Promise<void> {
  await db
    .delete(deployments)
    .where(and(eq(deployments.workspace, workspace), eq(deployments.endpoint, endpoint)));
}

/** The one project that all these model versions are of. */
async function projectOf(db: Db, workspace: string, ids: string[]): Promise<string> {
  const rows = await db
    .select({ id: modelVersions.id, project: models.project })
    .from(modelVersions)
    .innerJoin(models, ofModel)
    .where(and(eq(modelVersions.workspace, workspace), inArray(modelVersions.id, ids)))
    .all();
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing) throw new AppError('not_found', `deployments: there is no model version "${missing}"`);
  const projects = new Set(rows.map(({ project }) => project));
  if (projects.size > 1)
    throw new AppError(
      'invalid_request',
      'deployments: the model versions are of different projects; expected one project',
    );
  return rows[0]!.project;
}

async function withDeployments(
  db: Db,
  workspace: string,
  rows: Omit<Endpoint, 'deployments'>[],
): Promise<Endpoint[]> {
  const served = await db
    .select({
      endpoint: deployments.endpoint,
      traffic: deployments.traffic,
      precision: deployments.precision,
      modelVersion: modelVersionColumns,
    })
    .from(deployments)
    .innerJoin(
      modelVersions,
      and(eq(modelVersions.workspace, deployments.workspace), eq(modelVersions.id, deployments.modelVersion)),
    )
    .innerJoin(models, ofModel)
    .where(
      and(
        eq(deployments.workspace, workspace),
        inArray(
          deployments.endpoint,
          rows.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(asc(deployments.position))
    .all();
  const byEndpoint = new Map<string, Deployment[]>(rows.map(({ id }) => [id, []]));
  for (const { endpoint, ...deployment } of served) byEndpoint.get(endpoint)!.push(deployment);
  return rows.map((row) => ({ ...row, deployments: byEndpoint.get(row.id)! }));
}
