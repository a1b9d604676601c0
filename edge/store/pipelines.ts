/** Pipelines; a version is a spec named by its hash. */
import { and, desc, eq, getTableColumns, max, sql } from 'drizzle-orm';
import type { PipelineVersion } from '../../shared/api/routes/pipelines.ts';
import { hashSpec } from '../../shared/definition/canonical.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { type Db, now } from './db.ts';
import { findProject } from './projects.ts';
import { pipelines, pipelineVersions } from './schema/data.ts';

const { workspace: _, ...versionColumns } = getTableColumns(pipelineVersions);
const columns = { ...versionColumns, name: pipelines.name };
const ofPipeline = and(
  eq(pipelines.workspace, pipelineVersions.workspace),
  eq(pipelines.id, pipelineVersions.pipeline),
);

/** Adds a version, and the pipeline with its first; a spec that is a version already gives that version. */
export async function addPipelineVersion(
  db: Db,
  workspace: string,
  projectName: string,
  name: string,
  spec: PipelineSpec,
): Promise<PipelineVersion> {
  return addVersion(db, workspace, await findProject(db, workspace, projectName), name, spec);
}

/** The same, of a project by its id. */
export async function addVersion(
  db: Db,
  workspace: string,
  project: string,
  name: string,
  spec: PipelineSpec,
): Promise<PipelineVersion> {
  const hash = hashSpec(spec);
  return db.transaction(async (tx) => {
    const named = and(
      eq(pipelines.workspace, workspace),
      eq(pipelines.project, project),
      eq(pipelines.name, name),
    );
    await tx
      .insert(pipelines)
      .values({ workspace, id: newId('pipeline'), project, name, createdAt: now() })
      .onConflictDoNothing();
    const pipeline = (await tx.select({ id: pipelines.id }).from(pipelines).where(named).get())!.id;
    const mine = and(eq(pipelineVersions.workspace, workspace), eq(pipelineVersions.pipeline, pipeline));

    const existing = await tx
      .select(columns)
      .from(pipelineVersions)
      .innerJoin(pipelines, ofPipeline)
      .where(and(mine, eq(pipelineVersions.hash, hash)))
      .get();
    if (existing) return existing;

    const newest = await tx
      .select({ version: max(pipelineVersions.version) })
      .from(pipelineVersions)
      .where(mine)
      .get();
    const version = {
      id: newId('pipelineVersion'),
      pipeline,
      version: (newest?.version ?? 0) + 1,
      hash,
      spec,
      createdAt: now(),
    };
    await tx.insert(pipelineVersions).values({ workspace, ...version });
    return { ...version, name };
  });
}

export async function listPipelines(
  db: Db,
  workspace: string,
  projectName: string,
): Promise<PipelineVersion[]> {
  const project = await findProject(db, workspace, projectName);
  return db
    .select(columns)
    .from(pipelineVersions)
    .innerJoin(pipelines, ofPipeline)
    .where(
      and(
        eq(pipelines.workspace, workspace),
        eq(pipelines.project, project),
        sql`${pipelineVersions.version} = (SELECT max(version) FROM pipeline_versions AS v
          WHERE v.workspace = ${pipelines.workspace} AND v.pipeline = ${pipelines.id})`,
      ),
    )
    .orderBy(desc(pipelines.id))
    .all();
}

/** All versions of a pipeline, newest first. */
export async function listPipelineVersions(
  db: Db,
  workspace: string,
  projectName: string,
  name: string,
): Promise<PipelineVersion[]> {
  const project = await findProject(db, workspace, projectName);
  const versions = await db
    .select(columns)
    .from(pipelineVersions)
    .innerJoin(pipelines, ofPipeline)
    .where(and(eq(pipelines.workspace, workspace), eq(pipelines.project, project), eq(pipelines.name, name)))
    .orderBy(desc(pipelineVersions.version))
    .all();
  if (versions.length === 0) throw new AppError('not_found', `there is no pipeline "${name}"`);
  return versions;
}

export async function getPipelineVersion(db: Db, workspace: string, id: string): Promise<PipelineVersion> {
  const row = await db
    .select(columns)
    .from(pipelineVersions)
    .innerJoin(pipelines, ofPipeline)
    .where(and(eq(pipelineVersions.workspace, workspace), eq(pipelineVersions.id, id)))
    .get();
  if (!row) throw new AppError('not_found', `there is no pipeline version "${id}"`);
  return row;
}
