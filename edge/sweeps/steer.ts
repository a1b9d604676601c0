/** A search as its owner begins, stops and sees it. */
import type { z } from 'zod';
import type { createSweep as createRoute } from '../../shared/api/routes/sweeps.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import type { Sweep, SweepDetail } from '../../shared/schema/sweep-view.ts';
import { bestSoFar, paretoFront } from '../../shared/tune/best-so-far.ts';
import { importance } from '../../shared/tune/importance.ts';
import { bestFirst, checkSearch, objectivesOf } from '../../shared/tune/search.ts';
import type { Stores } from '../store/create-run.ts';
import { getDatasetVersion } from '../store/datasets.ts';
import { now } from '../store/db.ts';
import { findProject } from '../store/projects.ts';
import { stopRun } from '../store/queue-run.ts';
import { sweeps } from '../store/schema/sweeps.ts';
import { findSweep, getSweep, readTrials, updateSweep, updateTrial } from '../store/sweeps.ts';

type NewSweep = z.output<NonNullable<typeof createRoute.body>>;

export async function createSweep(
  { db, workspace }: Stores,
  projectName: string,
  { queue, pricePerHour, ...input }: NewSweep,
): Promise<Sweep> {
  const project = await findProject(db, workspace, projectName);
  const { profile } = await getDatasetVersion(db, workspace, input.datasetVersion);
  checkSearch(input.search, profile);
  const limited = input.search.kind === 'definition' ? input.search.sweep.constraints : [];
  if (pricePerHour === undefined && limited.some(({ measure }) => measure === 'cost'))
    throw new AppError(
      'invalid_request',
      'pricePerHour: it is missing; a limit of "cost" needs the price of a runner',
    );
  const id = newId('sweep');
  await db.insert(sweeps).values({
    ...{ workspace, id, project, ...input, queue: { ...queue, after: [] } },
    ...{ pricePerHour: pricePerHour ?? null, state: 'running', createdAt: now() },
  });
  return getSweep(db, workspace, id);
}

export async function describeSweep({ db, workspace }: Stores, id: string): Promise<SweepDetail> {
  const [view, row] = await Promise.all([getSweep(db, workspace, id), findSweep(db, workspace, id)]);
  const { profile } = await getDatasetVersion(db, workspace, row.datasetVersion);
  const { search } = row;
  const objectives = objectivesOf(search, profile);
  const tried = await readTrials(
    db,
    row,
    objectives.map(({ metric }) => metric),
  );
  const constraints = search.kind === 'definition' ? search.sweep.constraints : [];
  const goals = { objectives, constraints };
  return {
    ...view,
    objectives,
    tried: tried.map(({ pruned: _, ...trial }) => trial),
    ranking: bestFirst(search, tried, profile).map(({ number }) => number),
    bestSoFar: bestSoFar(goals, tried),
    front: objectives.length > 1 ? paretoFront(goals, tried).map(({ number }) => number) : [],
    importance: search.kind === 'definition' ? importance(search.sweep, tried, { seed: 0 }) : null,
  };
}

/** Returns the runs that changed by it, too. */
export async function stopSweep(stores: Stores, id: string): Promise<Run[]> {
  const { db, workspace } = stores;
  const sweep = await findSweep(db, workspace, id);
  if (sweep.state !== 'running')
    throw new AppError('conflict', `sweep ${id} is ${sweep.state}; only a running one can be stopped`);
  await updateSweep(db, sweep, { state: 'stopped', endedAt: now() });
  const changed: Run[] = [];
  for (const { run, runState, number } of await readTrials(db, sweep, [])) {
    if (runState === null || isEnded(runState)) continue;
    await updateTrial(db, { workspace, sweep: id, number }, { pruned: true });
    changed.push(...(await stopRun(db, workspace, run)));
  }
  return changed;
}

export async function resumeSweep({ db, workspace }: Stores, id: string): Promise<void> {
  const sweep = await findSweep(db, workspace, id);
  if (sweep.state !== 'stopped')
    throw new AppError('conflict', `sweep ${id} is ${sweep.state}; only a stopped one can be resumed`);
  await updateSweep(db, sweep, { state: 'running', endedAt: null });
}
