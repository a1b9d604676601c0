/** What the worker that holds a lease may do: claim, report, finish. */
import { sql } from 'drizzle-orm';
import { type JobAssignment, LEASE_MS } from '../../shared/api/routes/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import type { MetricPoint, RunMetrics } from '../../shared/schema/metric.ts';
import type { FailureReason, Lease, Progress, Run } from '../../shared/schema/run.ts';
import { getDatasetVersion } from './datasets.ts';
import { type Db, now } from './db.ts';
import { type Changed, endAttempt, endRun } from './end-run.ts';
import { findJob, holdLease, type LeaseKey, leaseOf } from './leases.ts';
import type { Caller } from './look-up.ts';
import { addModelVersion } from './models.ts';
import { getPipelineVersion } from './pipelines.ts';
import { touchRunner } from './runners.ts';
import { getRun, updateRun } from './runs.ts';
import { metricPoints, runs } from './schema/runs.ts';
import { takeJobOf, takeNextJob } from './take-job.ts';

export interface Claim {
  runner: string | null;
  /** Set: the job of this browser run, for the tab that asks. */
  run: string | null;
  device: string;
}

export async function claimJob(
  db: Db,
  caller: Caller,
  { runner, run, device }: Claim,
): Promise<JobAssignment | null> {
  const { workspace } = caller;
  if (run !== null) await requireOwnTab(db, caller, run);
  return db.transaction(async (tx) => {
    // one that asks in vain is there too
    const capabilities = runner ? await touchRunner(tx, workspace, runner) : null;
    const job = await (run === null
      ? takeNextJob(tx, caller, { runner, device, capabilities })
      : takeJobOf(tx, caller, run, device));
    if (!job) {
      if (run === null) return null;
      const { state } = await getRun(tx, workspace, run);
      throw new AppError('conflict', `run ${run} is ${state}; only a queued run can be taken up`);
    }
    const taken = await updateRun(tx, workspace, job.run, {
      state: 'running',
      device,
      attempts: sql`${runs.attempts} + 1` as unknown as number,
      startedAt: sql`coalesce(${runs.startedAt}, ${now()})` as unknown as string,
    });
    return {
      lease: leaseOf(job),
      run: taken,
      dataset: await getDatasetVersion(tx, workspace, taken.datasetVersion),
      pipeline: await getPipelineVersion(tx, workspace, taken.pipelineVersion),
      hasCheckpoint: job.checkpoint !== null,
    };
  });
}

/** A browser run is for its owner's tab alone. */
async function requireOwnTab(db: Db, { workspace, scope }: Caller, id: string): Promise<void> {
  if (scope !== 'owner')
    throw new AppError('forbidden', 'run: only an owner token can claim the job of one run');
  const run = await getRun(db, workspace, id);
  if (run.on !== 'browser')
    throw new AppError(
      'conflict',
      `run: ${id} trains on a ${run.on}; expected a run that trains in the browser`,
    );
}

export interface RunNews {
  progress: Progress | null;
  device?: string | undefined;
  memoryBytes?: number | undefined;
}

export async function heartbeatJob(
  db: Db,
  caller: Caller,
  key: LeaseKey,
  { progress, device, memoryBytes }: RunNews,
): Promise<{ lease: Lease; run: Run }> {
  return db.transaction(async (tx) => {
    const job = await holdLease(tx, caller, key, { leaseExpiresAt: Date.now() + LEASE_MS });
    if (job.runner) await touchRunner(tx, caller.workspace, job.runner);
    const news = {
      ...(progress && { progress }),
      ...(device && { device }),
      ...(memoryBytes !== undefined && { memoryBytes }),
    };
    const run =
      Object.keys(news).length > 0
        ? await updateRun(tx, caller.workspace, job.run, news)
        : await getRun(tx, caller.workspace, job.run);
    return { lease: leaseOf(job), run };
  });
}

/** Adds points; one sent again, or trained again after a resume, replaces the first. Returns the run's id. */
export async function addJobMetrics(
  db: Db,
  caller: Caller,
  key: LeaseKey,
  points: MetricPoint[],
): Promise<string> {
  return db.transaction(async (tx) => {
    const { run } = await holdLease(tx, caller, key);
    await tx
      .insert(metricPoints)
      .values(points.map((point) => ({ workspace: caller.workspace, run, ...point })))
      .onConflictDoUpdate({
        target: [
          metricPoints.workspace,
          metricPoints.run,
          metricPoints.split,
          metricPoints.name,
          metricPoints.step,
        ],
        set: { epoch: sql`excluded.epoch`, value: sql`excluded.value` },
      });
    return run;
  });
}

export type Ending =
  | { state: 'succeeded'; artifact: string; metrics: RunMetrics }
  | { state: 'failed'; reason: FailureReason; message: string }
  | { state: 'stopped' };

/** Ends the run and, on success, registers its model version: all of it or nothing. The same fence may say it again. */
export async function finishJob(db: Db, caller: Caller, key: LeaseKey, ending: Ending): Promise<Changed> {
  const { workspace, token } = caller;
  return db.transaction(async (tx) => {
    const before = await findJob(tx, workspace, key.job);
    if (before.state === 'done' && before.fence === key.fence && before.holder === token)
      return [await getRun(tx, workspace, before.run)];

    const job = await holdLease(tx, caller, key, { state: 'done', leaseExpiresAt: null, deadline: null });
    await endAttempt(tx, workspace, job, ending.state, ending.state === 'failed' ? ending.reason : null);
    if (ending.state !== 'succeeded') return endRun(tx, workspace, job.run, ending);
    const run = await getRun(tx, workspace, job.run);
    // the lead keeps the model that they have in common
    if (run.team && run.team.rank > 0)
      return endRun(tx, workspace, job.run, { state: 'succeeded', metrics: ending.metrics });

    if (job.artifact?.sha256 !== ending.artifact)
      throw new AppError(
        'invalid_artifact',
        `artifact: ${ending.artifact} was not uploaded under this lease; expected ${job.artifact?.sha256 ?? 'an upload first'}`,
      );
    const modelVersion = await addModelVersion(tx, workspace, run, job.artifact, ending.metrics);
    return endRun(tx, workspace, job.run, { ...ending, modelVersion });
  });
}
