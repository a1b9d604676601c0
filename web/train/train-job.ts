/** Trains a job that this tab holds, to its end: curves and artifact go to the server, checkpoints to this machine and, less often, there too. */
import type { Client } from '../../shared/api/client.ts';
import { exchangeWeights } from '../../shared/api/exchange-weights.ts';
import { fetchWeights } from '../../shared/api/fetch-weights.ts';
import {
  finishJob,
  getCheckpoint,
  type JobAssignment,
  putArtifact,
  putCheckpoint,
} from '../../shared/api/routes/jobs.ts';
import { getRun } from '../../shared/api/routes/runs.ts';
import { AppError } from '../../shared/errors.ts';
import type { Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import { isOfData, stepsAt } from '../../shared/train/checkpoint.ts';
import { savesWhenStopped, type TrainEvent, type TrainResult } from '../../shared/train/events.ts';
import { every } from '../../shared/train/pace.ts';
import { hasOwnRows, isKeptBy, partIn } from '../../shared/train/part-in.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import type { Inspection } from '../data/inspect.ts';
import { asEngineFault } from './engine-fault.ts';
import type { Keep } from './keep.ts';
import type { HeldLease } from './lease.ts';
import type { FromWorker, TabWishes } from './messages.ts';
import { isAway, type Reach } from './reach.ts';
import { rowsOfDataset, rowsOfOwn } from './rows-of-job.ts';
import type { TabCandidate } from './start-backend.ts';

/** Between two checkpoints that go to the server, where this machine keeps them too. */
const UPLOAD_MS = 15_000;
/** In place of an artifact that is not kept: by the hash of one, who guesses the rows could tell whether they are right. */
const NO_ARTIFACT = '0'.repeat(64);

export interface TabJob {
  reach: Reach;
  job: JobAssignment;
  lease: HeldLease;
  keep: Keep | null;
  candidates: readonly TabCandidate[];
  /** Rows that only this tab has. */
  own: Inspection | null;
  wishes: TabWishes;
  tell(message: FromWorker): void;
  /** Says which candidate it trains on. */
  onChosen(chosen: Extract<TrainEvent, { type: 'executor' }>): TabCandidate;
}

/**
 * The run as it ended, or was handed back. Of rows that only this tab has the server gets weights to be averaged and figures, and neither
 * snapshots, which show some, nor checkpoints. Throws EngineFault where the engine failed, and AppError.
 */
export async function trainJob({
  reach,
  job,
  lease,
  keep,
  candidates,
  own,
  wishes,
  tell,
  onChosen,
}: TabJob): Promise<Run> {
  const { fence } = job.lease;
  const { team } = job.run;
  const params = { job: job.lease.job };
  const { api } = reach;
  const isPrivate = hasOwnRows(team);
  if (isPrivate !== (own !== null))
    throw new AppError('conflict', 'this run learns from rows of its own; choose the file that has them');
  const weights = await reach.until(() => fetchWeights(api, job.pipeline.spec));
  const rows = await reach.until(async () =>
    own ? rowsOfOwn(api, job, own, weights) : rowsOfDataset(api, job),
  );
  const found = await reach.until(() => lastCheckpoint(api, job, keep));
  // of another file it is of no use: the weights that all have in common come with the next round
  const checkpoint = found && own && !isOfData(found, rows.datasetSha256) ? null : found;
  const training = trainPipeline(candidates, {
    spec: job.pipeline.spec,
    ...rows,
    weights,
    wishes,
    ...(checkpoint ? { checkpoint } : {}),
    ...(team &&
      partIn(team, job.run.id, (update) =>
        exchangeWeights(api, job.lease, update, (call) => reach.until(call)),
      )),
  });
  lease.addPoints((await keep?.readPoints()) ?? []);
  const upload = async (bytes: Uint8Array<ArrayBuffer>) => {
    await lease.flush(); // so that whoever goes on from it misses none of its points
    await api.call(putCheckpoint, { params, query: { fence, sha256: sha256(bytes) }, body: bytes });
  };
  const uploadDue = every(UPLOAD_MS);
  let keeps = keep !== null;
  /** One that the server has not. */
  let unsent: Uint8Array<ArrayBuffer> | null = null;
  const save = async (bytes: Uint8Array<ArrayBuffer>) => {
    if (keeps) {
      keeps = await keep!.writeCheckpoint(bytes, lease.unsent()).then(
        () => true,
        () => false,
      );
      if (!keeps) tell({ type: 'not-kept' });
    }
    unsent = bytes;
    lease.isCheckpointSent = false;
    if (isPrivate) return;
    if (!keeps || uploadDue()) await send().catch(unlessAway);
  };
  const send = async () => {
    if (isPrivate) return;
    if (unsent) await upload(unsent);
    unsent = null;
    lease.isCheckpointSent = true;
  };
  const unlessAway = (error: unknown) => {
    if (!isAway(error)) throw error;
  };
  const stop = async (): Promise<Run> => {
    await training.return(undefined as never);
    await send();
    await lease.tellLast();
    if (!wishes.handBack) return api.call(finishJob, { params, body: { fence, state: 'stopped' } });
    await lease.release('shutdown');
    return api.call(getRun, { params: { run: job.run.id } });
  };

  let engineLost = new Promise<never>(() => {});
  try {
    return await untilEnded();
  } catch (error) {
    void training.return(undefined as never).catch(() => {});
    // whoever goes on with it, and where, begins with the last that was saved
    await reach.until(send).catch(() => {});
    throw error;
  }

  async function untilEnded(): Promise<Run> {
    for (;;) {
      wishes.stop ||= wishes.handBack || lease.stopRequested;
      wishes.finish ||= lease.finishRequested;
      const { done, value } = await Promise.race([nextOf(training, engineLost), lease.lost]);
      // all of it, until it went through: whatever was said before may be said again
      if (done) return reach.until(() => succeed(value));
      if (value.type === 'checkpoint') await save(value.bytes as Uint8Array<ArrayBuffer>);
      else if (value.type === 'executor') engineLost = onChosen(value).lost;
      else if (value.type === 'metrics') {
        lease.addPoints(value.points);
        tell(value);
      } else if (value.type === 'snapshot') {
        if (!isPrivate) lease.addSnapshot(value.snapshot);
        tell(value);
      } else if (value.type === 'stopped') return stop();
      else {
        lease.progress = value.progress;
        tell(value);
        // what comes before and after the training itself saves nothing
        if (wishes.stop && !savesWhenStopped(value.progress.phase)) return stop();
      }
    }
  }

  async function succeed({ artifact, sha256: hash, metrics }: TrainResult): Promise<Run> {
    await lease.tellLast();
    // a run that ended can be gone on from, elsewhere too
    await send();
    if (isKeptBy(team))
      await api.call(putArtifact, { params, query: { fence, sha256: hash }, body: artifact });
    const kept = isPrivate ? NO_ARTIFACT : hash;
    return api.call(finishJob, { params, body: { fence, state: 'succeeded', artifact: kept, metrics } });
  }
}

/** The one that is furthest, of what this machine has and what the server has. */
async function lastCheckpoint(
  api: Client,
  { lease, hasCheckpoint }: JobAssignment,
  keep: Keep | null,
): Promise<Uint8Array | null> {
  const here = (await keep?.readCheckpoint()) ?? null;
  const params = { job: lease.job };
  const there = hasCheckpoint ? await bytesOf(api.call(getCheckpoint, { params })) : null;
  if (!here || !there) return here && stepsAt(here) >= 0 ? here : there;
  return stepsAt(here) >= stepsAt(there) ? here : there;
}

async function bytesOf(response: Promise<Response>): Promise<Uint8Array> {
  return new Uint8Array(await (await response).arrayBuffer());
}

async function nextOf(
  training: AsyncGenerator<TrainEvent, TrainResult, void>,
  lost: Promise<never>,
): Promise<IteratorResult<TrainEvent, TrainResult>> {
  try {
    return await Promise.race([training.next(), lost]);
  } catch (error) {
    throw asEngineFault(error);
  }
}
