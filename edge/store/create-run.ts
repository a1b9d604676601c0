/** A new run with its job, from nothing or from where another run stands. */
import { and, eq, lte } from 'drizzle-orm';
import { continuationKey } from '../../shared/definition/canonical.ts';
import { checkPipeline } from '../../shared/definition/check-pipeline.ts';
import { isNetwork, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/id.ts';
import type { Place, Run } from '../../shared/schema/run.ts';
import { getDatasetVersion } from './datasets.ts';
import { type Db, now } from './db.ts';
import { checkpointSteps, copyCheckpoint } from './job-blobs.ts';
import { findJob } from './leases.ts';
import { getPipelineVersion } from './pipelines.ts';
import { findProject } from './projects.ts';
import { getRun, runColumns } from './runs.ts';
import { datasets, jobs, metricPoints, pipelines, runs } from './schema.ts';
import { requireWeights } from './weights.ts';

/** Rows in one statement. */
const POINTS_AT_ONCE = 1000;

export interface NewRun {
  datasetVersion: string;
  pipelineVersion: string;
  model: string;
  on: Place;
  name?: string | undefined;
  /** Run whose checkpoint it goes on from. */
  from?: string | undefined;
}

/** Queues a run whose pipeline fits its data, and its job. */
export async function createRun(
  { db, blobs, workspace }: { db: Db; blobs: R2Bucket; workspace: string },
  projectName: string,
  { from, ...input }: NewRun,
): Promise<Run> {
  const project = await findProject(db, workspace, projectName);
  const dataset = await getDatasetVersion(db, workspace, input.datasetVersion);
  const pipeline = await getPipelineVersion(db, workspace, input.pipelineVersion);
  await requireInProject(db, workspace, project, dataset.dataset, pipeline.pipeline);
  checkPipeline(pipeline.spec, dataset.profile);
  await requireWeights(blobs, workspace, pipeline.spec);
  const before =
    from === undefined ? null : await runToGoOnFrom(db, workspace, from, pipeline.spec, dataset.id);

  const createdAt = now();
  const run = {
    workspace,
    id: newId('run'),
    project,
    ...input,
    name: input.name ?? `${pipeline.name} on ${dataset.name} v${dataset.version}`,
    state: 'queued' as const,
    job: newId('job'),
    createdAt,
  };
  const checkpoint = before && (await copyCheckpoint(blobs, workspace, before.checkpoint, run.job));
  const steps = checkpoint ? await checkpointSteps(blobs, checkpoint) : 0;
  return db.transaction(async (tx) => {
    const added = await tx.insert(runs).values(run).returning(runColumns).get();
    const job = { workspace, id: run.job, run: run.id, on: input.on, checkpoint };
    await tx.insert(jobs).values({ ...job, state: 'queued', queuedAt: createdAt });
    if (before) await copyCurves(tx, workspace, before.run, run.id, steps);
    return added;
  });
}

/** Throws AppError `conflict` where its checkpoint is of no use to such a run, saying why. */
async function runToGoOnFrom(
  db: Db,
  workspace: string,
  id: string,
  spec: PipelineSpec,
  dataset: string,
): Promise<{ run: string; checkpoint: string }> {
  const run = await getRun(db, workspace, id);
  const { checkpoint } = await findJob(db, workspace, run.job);
  const { spec: other } = await getPipelineVersion(db, workspace, run.pipelineVersion);
  const isNetworks = isNetwork(spec) && isNetwork(other);
  const problem = !checkpoint
    ? 'has no checkpoint yet'
    : run.datasetVersion !== dataset
      ? 'was trained on another version of the data'
      : !isNetworks || continuationKey(spec) !== continuationKey(other)
        ? 'learns something else: only epochs, learning rate, schedule, loss and early stopping may differ'
        : null;
  if (problem) throw new AppError('conflict', `from: run ${id} ${problem}`);
  return { run: id, checkpoint: checkpoint! };
}

/** The curves up to the checkpoint are the new run's too; one that died had gone on from there. */
async function copyCurves(db: Db, workspace: string, from: string, to: string, steps: number): Promise<void> {
  const points = await db
    .select()
    .from(metricPoints)
    .where(
      and(eq(metricPoints.workspace, workspace), eq(metricPoints.run, from), lte(metricPoints.step, steps)),
    )
    .all();
  for (let start = 0; start < points.length; start += POINTS_AT_ONCE) {
    const piece = points.slice(start, start + POINTS_AT_ONCE);
    await db.insert(metricPoints).values(piece.map((point) => ({ ...point, run: to })));
  }
}

async function requireInProject(
  db: Db,
  workspace: string,
  project: string,
  dataset: string,
  pipeline: string,
) {
  const found = await db
    .select({ id: datasets.id })
    .from(datasets)
    .innerJoin(
      pipelines,
      and(eq(pipelines.workspace, datasets.workspace), eq(pipelines.project, datasets.project)),
    )
    .where(
      and(
        eq(datasets.workspace, workspace),
        eq(datasets.project, project),
        eq(datasets.id, dataset),
        eq(pipelines.id, pipeline),
      ),
    )
    .get();
  if (!found)
    throw new AppError(
      'not_found',
      'datasetVersion and pipelineVersion must be of the project that runs them',
    );
}
