/** A new run with its job, from nothing or from where another run stands. */
import { and, eq, lte } from 'drizzle-orm';
import { continuationKey } from '../../shared/definition/canonical.ts';
import { checkPipeline } from '../../shared/definition/check-pipeline.ts';
import { isNetwork, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError } from '../../shared/errors.ts';
import type { AveragingOptions } from '../../shared/schema/averaging.ts';
import type { JobOptions } from '../../shared/schema/job.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Place, Run } from '../../shared/schema/run.ts';
import { getDatasetVersion } from './datasets.ts';
import { type Db, now } from './db.ts';
import type { Changed } from './end-run.ts';
import { checkpointSteps, copyCheckpoint } from './job-blobs.ts';
import { findJob } from './leases.ts';
import { getPipelineVersion } from './pipelines.ts';
import { findProject } from './projects.ts';
import { queueJob } from './queue-run.ts';
import { getRun, runColumns } from './runs.ts';
import { datasets, pipelines } from './schema/data.ts';
import { metricPoints, runs } from './schema/runs.ts';
import { addAveraging, findAveraging, membersOf, planTeam } from './team.ts';
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
  queue: JobOptions;
  /** Chosen beforehand. */
  id?: string;
  /** Search that it is a trial of. */
  sweep?: string;
  /** Several workers train it together. */
  averaging?: AveragingOptions | undefined;
}

export interface Stores {
  db: Db;
  blobs: R2Bucket;
  workspace: string;
}

/** Queues a run whose pipeline fits its data, and its job; where several are to train it, one for each. */
export async function createRun(stores: Stores, projectName: string, run: NewRun): Promise<Changed> {
  return addRunTo(stores, await findProject(stores.db, stores.workspace, projectName), run);
}

/** The same training once more, from its beginning. */
export async function cloneRun(
  stores: Stores,
  id: string,
  changes: Partial<Pick<NewRun, 'on' | 'model' | 'name'>> & Pick<NewRun, 'queue'>,
): Promise<Changed> {
  const run = await getRun(stores.db, stores.workspace, id);
  const averaging = run.team ? (await findAveraging(stores.db, stores.workspace, id)).options : undefined;
  const { project, name, datasetVersion, pipelineVersion, model, on } = run;
  return addRunTo(stores, project, {
    name,
    datasetVersion,
    pipelineVersion,
    model,
    on,
    averaging,
    ...changes,
  });
}

/** The same, to a project by its id. */
export async function addRunTo(
  { db, blobs, workspace }: Stores,
  project: string,
  { from, queue, averaging, ...input }: NewRun,
): Promise<Changed> {
  const dataset = await getDatasetVersion(db, workspace, input.datasetVersion);
  const pipeline = await getPipelineVersion(db, workspace, input.pipelineVersion);
  await requireInProject(db, workspace, project, dataset.dataset, pipeline.pipeline);
  checkPipeline(pipeline.spec, dataset.profile);
  await requireWeights(blobs, workspace, pipeline.spec);
  const before =
    from === undefined ? null : await runToGoOnFrom(db, workspace, from, pipeline.spec, dataset.id);

  const plan = averaging && planTeam(pipeline.spec, input.on, from, averaging);
  const createdAt = now();
  const lead = {
    workspace,
    project,
    ...input,
    id: input.id ?? newId('run'),
    name: input.name ?? `${pipeline.name} on ${dataset.name} v${dataset.version}`,
    state: 'queued' as const,
    job: newId('job'),
    createdAt,
  };
  const checkpoint = before && (await copyCheckpoint(blobs, workspace, before.checkpoint, lead.job));
  const steps = checkpoint ? await checkpointSteps(blobs, checkpoint) : null;
  const members = plan ? membersOf(lead, plan) : [lead];
  return db.transaction(async (tx) => {
    const added: Run[] = [];
    for (const run of members) {
      added.push(await tx.insert(runs).values(run).returning(runColumns).get());
      const from = { checkpoint, checkpointSteps: steps };
      await queueJob(tx, workspace, { run, datasetBytes: dataset.size, ...from }, queue);
    }
    if (plan)
      await addAveraging(
        tx,
        workspace,
        members.map(({ id }) => id),
        plan,
      );
    if (before) await copyCurves(tx, workspace, before.run, lead.id, steps ?? 0);
    return added as Changed;
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
