/**
 * What a search does next. All of it follows from rows: it may be asked at any time, by several at once, and goes on from wherever
 * the last who asked has got to.
 */
import { checkPipeline } from '../../shared/definition/check-pipeline.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import type { Constraint, Trial } from '../../shared/schema/sweep.ts';
import { estimate } from '../../shared/templates/estimate.ts';
import { hasArrived } from '../../shared/tune/judge-trial.ts';
import { bestFirst, definitionOf, judge, nextTrial, objectivesOf } from '../../shared/tune/search.ts';
import { addRunTo, type Stores } from '../store/create-run.ts';
import { getDatasetVersion } from '../store/datasets.ts';
import { now } from '../store/db.ts';
import { setBest } from '../store/models.ts';
import { addVersion } from '../store/pipelines.ts';
import { stopRun } from '../store/queue-run.ts';
import { findRun, finishRun } from '../store/runs.ts';
import {
  addTrial,
  type FoundTrial,
  findSweep,
  readTrials,
  type SweepRow,
  updateSweep,
  updateTrial,
} from '../store/sweeps.ts';

/** Multiply-adds a second of a prediction at the edge, about, and what a prediction takes beside them, milliseconds. */
const EDGE = { multiplyAdds: 10e9, ms: 0.1 };

interface Open {
  sweep: SweepRow;
  dataset: DatasetVersion;
  trials: FoundTrial[];
}

async function open({ db, workspace }: Stores, id: string): Promise<Open> {
  const sweep = await findSweep(db, workspace, id);
  const dataset = await getDatasetVersion(db, workspace, sweep.datasetVersion);
  const metrics = objectivesOf(sweep.search, dataset.profile).map(({ metric }) => metric);
  return { sweep, dataset, trials: await readTrials(db, sweep, metrics) };
}

/** Begins as many trials as may run now, and ends the search when there is nothing more to try. Returns the runs that changed. */
export async function advanceSweep(stores: Stores, id: string): Promise<Run[]> {
  const changed: Run[] = [];
  for (;;) {
    const { sweep, dataset, trials } = await open(stores, id);
    if (sweep.state !== 'running') return changed;
    const missing = trials.find(({ state, runState }) => state === 'waiting' && runState === null);
    if (missing) {
      const begun = await beginTrial(stores, { sweep, dataset, trials }, missing);
      if (begun) changed.push(begun);
      continue;
    }
    const next = nextTrial(sweep.search, trials, dataset.profile);
    if (next === 'wait') return changed;
    if (next === 'exhausted') {
      await endSweep(stores, { sweep, dataset, trials });
      return changed;
    }
    const { workspace } = sweep;
    const trial = {
      ...{ workspace, sweep: id, number: trials.length, run: newId('run'), pruned: false, measures: {} },
      ...{
        template: next.template,
        parameters: next.parameters,
        epochs: next.epochs,
        from: next.from ?? null,
      },
      problem: null,
    };
    if (!(await addTrial(stores.db, trial))) return changed; // another has just asked
  }
}

/** The run of a trial that has none yet: of a new one, or of one whose maker died. Null where its parameters cannot be trained. */
async function beginTrial(
  stores: Stores,
  { sweep, dataset, trials }: Open,
  trial: FoundTrial,
): Promise<Run | null> {
  const { db, workspace } = stores;
  const row = { workspace, sweep: sweep.id, number: trial.number };
  try {
    const spec = definitionOf(sweep.search, trial, dataset.profile);
    checkPipeline(spec, dataset.profile);
    const measures = foreseen(spec, dataset);
    await updateTrial(db, row, { measures });
    refuseAbove(sweep, measures);
    const pipeline = await addVersion(db, workspace, sweep.project, `${sweep.model}-sweep`, spec);
    const { queue, model, datasetVersion } = sweep;
    const [run] = await addRunTo(stores, sweep.project, {
      ...{ queue, model, datasetVersion, pipelineVersion: pipeline.id, on: 'runner' },
      ...{ id: trial.run, sweep: sweep.id, name: `${sweep.name}, trial ${trial.number}` },
      from: trials.find(({ number }) => number === trial.from)?.run,
    });
    return run;
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    const there = await findRun(db, workspace, trial.run); // who asked at the same time was quicker
    if (!there) await updateTrial(db, row, { problem: messageOf(error) });
    return there;
  }
}

/** What is known before it is trained. */
function foreseen(spec: PipelineSpec, { profile }: DatasetVersion): NonNullable<Trial['measures']> {
  const { parameters, multiplyAdds } = estimate(spec, profile);
  return { parameters, edgeLatencyMs: EDGE.ms + (1000 * multiplyAdds) / EDGE.multiplyAdds };
}

function refuseAbove({ search }: SweepRow, measures: NonNullable<Trial['measures']>): void {
  const constraints: readonly Constraint[] = search.kind === 'definition' ? search.sweep.constraints : [];
  const above = constraints.find(({ measure, max }) => (measures[measure] ?? 0) > max);
  if (above)
    throw new AppError(
      'invalid_pipeline',
      `${above.measure} would be ${measures[above.measure]}; at most ${above.max} is allowed`,
    );
}

/** Ends a trial that has come as far as it was to, or that is not worth going on with. */
export async function judgeTrials(stores: Stores, id: string, run: string): Promise<Run[]> {
  const { sweep, trials } = await open(stores, id);
  const trial = trials.find((one) => one.run === run);
  if (sweep.state !== 'running' || trial?.state !== 'running') return [];
  if (judge(sweep.search, trials, trial) === 'continue') return [];
  const { db, workspace } = stores;
  // one that has arrived is measured and kept as a model; both keep their checkpoint
  if (hasArrived(trial)) return [await finishRun(db, workspace, run)];
  await updateTrial(db, { workspace, sweep: id, number: trial.number }, { pruned: true });
  return stopRun(db, workspace, run);
}

/** Once the last trial has ended. */
async function endSweep({ db, workspace }: Stores, { sweep, dataset, trials }: Open): Promise<void> {
  if (trials.some(({ runState }) => runState !== null && !isEnded(runState))) return;
  const best = bestFirst(sweep.search, trials, dataset.profile).find(
    ({ modelVersion }) => modelVersion !== null,
  );
  if (best) await setBest(db, workspace, best.modelVersion!);
  const message = best ? null : 'no trial came to a model: see what each of them says';
  await updateSweep(db, sweep, { state: best ? 'finished' : 'failed', message, endedAt: now() });
}
