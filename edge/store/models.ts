/** The registry: models, versions, aliases. */
import { and, desc, eq, getTableColumns, inArray, max, sql } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { RunMetrics } from '../../shared/schema/metric.ts';
import type { Model, ModelVersion } from '../../shared/schema/model.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Run } from '../../shared/schema/run.ts';
import { type Db, now } from './db.ts';
import { findProject } from './projects.ts';
import type { UploadedArtifact } from './schema/jobs.ts';
import { modelAliases, models, modelVersions } from './schema/models.ts';

const { workspace: _, ...ownColumns } = getTableColumns(modelVersions);
/** A model version as the API shows it: select these from `modelVersions` joined with `models` by `ofModel`. */
export const modelVersionColumns = { ...ownColumns, name: models.name };
export const ofModel = and(eq(models.workspace, modelVersions.workspace), eq(models.id, modelVersions.model));

/** Registers an artifact as the next version of the run's model, which is made with its first. Returns the version's id. */
export async function addModelVersion(
  db: Db,
  workspace: string,
  run: Run,
  { sha256, size, inputs, output, precisions }: UploadedArtifact,
  metrics: RunMetrics,
): Promise<string> {
  const { project, model: name } = run;
  const createdAt = now();
  await db
    .insert(models)
    .values({ workspace, id: newId('model'), project, name, createdAt })
    .onConflictDoNothing();
  const model = await findModel(db, workspace, project, name);
  const newest = await db
    .select({ version: max(modelVersions.version) })
    .from(modelVersions)
    .where(and(eq(modelVersions.workspace, workspace), eq(modelVersions.model, model.id)))
    .get();
  const id = newId('modelVersion');
  await db.insert(modelVersions).values({
    workspace,
    id,
    model: model.id,
    version: (newest?.version ?? 0) + 1,
    run: run.id,
    artifact: sha256,
    size,
    metrics,
    inputs,
    output,
    precisions,
    createdAt,
  });
  return id;
}

export async function listModels(db: Db, workspace: string, projectName: string): Promise<Model[]> {
  const project = await findProject(db, workspace, projectName);
  const rows = await db
    .select({ model: models, latest: modelVersionColumns })
    .from(models)
    .innerJoin(modelVersions, ofModel)
    .where(
      and(
        eq(models.workspace, workspace),
        eq(models.project, project),
        sql`${modelVersions.version} = (SELECT max(version) FROM model_versions AS v
          WHERE v.workspace = ${models.workspace} AND v.model = ${models.id})`,
      ),
    )
    .orderBy(desc(models.id))
    .all();
  const aliases = await readAliases(
    db,
    workspace,
    rows.map(({ model }) => model.id),
  );
  return rows.map(({ model: { workspace: _, ...model }, latest }) => ({
    ...model,
    aliases: aliases.get(model.id) ?? {},
    latest,
  }));
}

export async function getModel(db: Db, workspace: string, projectName: string, name: string) {
  const project = await findProject(db, workspace, projectName);
  const { workspace: _, ...model } = await findModel(db, workspace, project, name);
  const versions = await db
    .select(modelVersionColumns)
    .from(modelVersions)
    .innerJoin(models, ofModel)
    .where(and(eq(modelVersions.workspace, workspace), eq(modelVersions.model, model.id)))
    .orderBy(desc(modelVersions.version))
    .all();
  const aliases = (await readAliases(db, workspace, [model.id])).get(model.id) ?? {};
  return { ...model, aliases, latest: versions[0]!, versions };
}

export async function putModelAlias(
  db: Db,
  workspace: string,
  { project, model, alias }: { project: string; model: string; alias: string },
  version: number,
): Promise<Model> {
  const { id, versions } = await getModel(db, workspace, project, model);
  if (!versions.some((one) => one.version === version))
    throw new AppError(
      'not_found',
      `version: model "${model}" has no version ${version}; it has 1 to ${versions[0]!.version}`,
    );
  await db
    .insert(modelAliases)
    .values({ workspace, model: id, alias, version })
    .onConflictDoUpdate({
      target: [modelAliases.workspace, modelAliases.model, modelAliases.alias],
      set: { version },
    });
  const { versions: _, ...changed } = await getModel(db, workspace, project, model);
  return changed;
}

export async function getModelVersion(db: Db, workspace: string, id: string): Promise<ModelVersion> {
  const row = await db
    .select(modelVersionColumns)
    .from(modelVersions)
    .innerJoin(models, ofModel)
    .where(and(eq(modelVersions.workspace, workspace), eq(modelVersions.id, id)))
    .get();
  if (!row) throw new AppError('not_found', `there is no model version "${id}"`);
  return row;
}

async function findModel(db: Db, workspace: string, project: string, name: string) {
  const row = await db
    .select()
    .from(models)
    .where(and(eq(models.workspace, workspace), eq(models.project, project), eq(models.name, name)))
    .get();
  if (!row) throw new AppError('not_found', `there is no model "${name}"`);
  return row;
}

async function readAliases(
  db: Db,
  workspace: string,
  ids: string[],
): Promise<Map<string, Record<string, number>>> {
  const rows = await db
    .select()
    .from(modelAliases)
    .where(and(eq(modelAliases.workspace, workspace), inArray(modelAliases.model, ids)))
    .all();
  const byModel = new Map<string, Record<string, number>>(ids.map((id) => [id, {}]));
  for (const { model, alias, version } of rows) byModel.get(model)![alias] = version;
  return byModel;
}

/** Gives a version the alias `best` of its model. */
export async function setBest(db: Db, workspace: string, modelVersion: string): Promise<void> {
  const { model, version } = (await db
    .select({ model: modelVersions.model, version: modelVersions.version })
    .from(modelVersions)
    .where(and(eq(modelVersions.workspace, workspace), eq(modelVersions.id, modelVersion)))
    .get())!;
  await db
    .insert(modelAliases)
    .values({ workspace, model, alias: 'best', version })
    .onConflictDoUpdate({
      target: [modelAliases.workspace, modelAliases.model, modelAliases.alias],
      set: { version },
    });
}
