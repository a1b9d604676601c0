/** Datasets and their versions: rows only, the bytes are in blobs.ts. */
import { and, desc, eq, getTableColumns, max, sql } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { DatasetFormat, DatasetProfile, DatasetVersion } from '../../shared/schema/dataset.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { type Db, now } from './db.ts';
import { findProject } from './projects.ts';
import { datasets, datasetVersions } from './schema/data.ts';
import { runs } from './schema/runs.ts';

const { workspace: _, ...versionColumns } = getTableColumns(datasetVersions);
const columns = { ...versionColumns, name: datasets.name };
const ofDataset = and(
  eq(datasets.workspace, datasetVersions.workspace),
  eq(datasets.id, datasetVersions.dataset),
);

export interface NewDatasetVersion {
  format: DatasetFormat;
  sha256: string;
  size: number;
  profile: DatasetProfile;
}

/** Adds a version, and the dataset with its first; bytes that are a version already give that version. */
export async function addDatasetVersion(
  db: Db,
  workspace: string,
  project: string,
  name: string,
  content: NewDatasetVersion,
): Promise<DatasetVersion> {
  return db.transaction(async (tx) => {
    await tx
      .insert(datasets)
      .values({ workspace, id: newId('dataset'), project, name, createdAt: now() })
      .onConflictDoNothing();
    const dataset = await findDataset(tx, workspace, project, name);
    const same = and(
      ofDataset,
      eq(datasetVersions.workspace, workspace),
      eq(datasetVersions.dataset, dataset.id),
      eq(datasetVersions.sha256, content.sha256),
      eq(datasetVersions.format, content.format),
    );
    const existing = await tx
      .select(columns)
      .from(datasetVersions)
      .innerJoin(datasets, ofDataset)
      .where(same)
      .get();
    if (existing) return existing;

    const newest = await tx
      .select({ version: max(datasetVersions.version) })
      .from(datasetVersions)
      .where(and(eq(datasetVersions.workspace, workspace), eq(datasetVersions.dataset, dataset.id)))
      .get();
    const version = {
      id: newId('datasetVersion'),
      dataset: dataset.id,
      version: (newest?.version ?? 0) + 1,
      ...content,
      createdAt: now(),
    };
    await tx.insert(datasetVersions).values({ workspace, ...version });
    return { ...version, name };
  });
}

export async function listDatasets(db: Db, workspace: string, projectName: string) {
  const project = await findProject(db, workspace, projectName);
  const rows = await db
    .select({ dataset: datasets, latest: columns })
    .from(datasets)
    .innerJoin(datasetVersions, ofDataset)
    .where(
      and(
        eq(datasets.workspace, workspace),
        eq(datasets.project, project),
        sql`${datasetVersions.version} = (SELECT max(version) FROM dataset_versions AS v
          WHERE v.workspace = ${datasets.workspace} AND v.dataset = ${datasets.id})`,
      ),
    )
    .orderBy(desc(datasets.id))
    .all();
  return rows.map(({ dataset: { workspace: _, ...dataset }, latest }) => ({ ...dataset, latest }));
}

export async function getDataset(db: Db, workspace: string, projectName: string, name: string) {
  const project = await findProject(db, workspace, projectName);
  const { workspace: _, ...dataset } = await findDataset(db, workspace, project, name);
  const versions = await db
    .select(columns)
    .from(datasetVersions)
    .innerJoin(datasets, ofDataset)
    .where(and(eq(datasetVersions.workspace, workspace), eq(datasetVersions.dataset, dataset.id)))
    .orderBy(desc(datasetVersions.version))
    .all();
  return { ...dataset, latest: versions[0]!, versions };
}

export async function getDatasetVersion(db: Db, workspace: string, id: string): Promise<DatasetVersion> {
  const row = await db
    .select(columns)
    .from(datasetVersions)
    .innerJoin(datasets, ofDataset)
    .where(and(eq(datasetVersions.workspace, workspace), eq(datasetVersions.id, id)))
    .get();
  if (!row) throw new AppError('not_found', `there is no dataset version "${id}"`);
  return row;
}

/** Deletes a dataset that no run uses. Returns the hashes of its versions, whose bytes may now be unused. */
export async function deleteDataset(
  db: Db,
  workspace: string,
  projectName: string,
  name: string,
): Promise<string[]> {
  return db.transaction(async (tx) => {
    const project = await findProject(tx, workspace, projectName);
    const { id } = await findDataset(tx, workspace, project, name);
    const mine = and(eq(datasetVersions.workspace, workspace), eq(datasetVersions.dataset, id));
    const run = await tx
      .select({ id: runs.id })
      .from(runs)
      .innerJoin(
        datasetVersions,
        and(eq(datasetVersions.workspace, runs.workspace), eq(datasetVersions.id, runs.datasetVersion)),
      )
      .where(mine)
      .get();
    if (run)
      throw new AppError(
        'conflict',
        `dataset "${name}" is used by run ${run.id}; only a dataset without runs can go`,
      );
    const versions = await tx
      .delete(datasetVersions)
      .where(mine)
      .returning({ sha256: datasetVersions.sha256 });
    await tx.delete(datasets).where(and(eq(datasets.workspace, workspace), eq(datasets.id, id)));
    return versions.map(({ sha256 }) => sha256);
  });
}

async function findDataset(db: Db, workspace: string, project: string, name: string) {
  const row = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.workspace, workspace), eq(datasets.project, project), eq(datasets.name, name)))
    .get();
  if (!row) throw new AppError('not_found', `there is no dataset "${name}"`);
  return row;
}
