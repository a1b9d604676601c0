/** Trains a job that this tab holds, to its end: curves and artifact go to the server, checkpoints to this machine and, less often, there too. */
import type { Client } from '../../shared/api/client.ts';
import { fetchWeights } from '../../shared/api/fetch-weights.ts';
import { getDatasetContent } from '../../shared/api/routes/datasets.ts';
import {
  finishJob,
  getCheckpoint,
  type JobAssignment,
  putArtifact,
  putCheckpoint,
} from '../../shared/api/routes/jobs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import type { Table } from '../../shared/data/table.ts';
import { AppError } from '../../shared/errors.ts';
import type { Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import { stepsAt } from '../../shared/train/checkpoint.ts';
import type { TrainEvent, TrainResult } from '../../shared/train/events.ts';
import { every } from '../../shared/train/pace.ts';
import type { Wishes } from '../../shared/train/train-options.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { asEngineFault } from './engine-fault.ts';
import type { Keep } from './keep.ts';
import type { HeldLease } from './lease.ts';
import type { FromWorker } from './messages.ts';
import { isAway, type Reach } from './reach.ts';
import type { TabCandidate } from './start-backend.ts';

/** Between two checkpoints that go to the server, where this machine keeps them too. */
const UPLOAD_MS = 15_000;

export interface TabJob {
  reach: Reach;
  job: JobAssignment;
  lease: HeldLease;
  keep: Keep | null;
  candidates: readonly TabCandidate[];
  wishes: Wishes;
  tell(message: FromWorker): void;
  /** Says which candidate it trains on. */
  onChosen(chosen: Extract<TrainEvent, { type: 'executor' }>): TabCandidate;
}

/** The run as it ended. Throws EngineFault where the engine failed, and AppError. */
export async function trainJob({
  reach,
  job,
  lease,
  keep,
  candidates,
  wishes,
  tell,
  onChosen,
}: TabJob): Promise<Run> {
  const { fence } = job.lease;
  const params = { job: job.lease.job };
  const { api } = reach;
  const table = await reach.until(() => download(api, job));
  const checkpoint = await reach.until(() => lastCheckpoint(api, job, keep));
  const weights = await reach.until(() => fetchWeights(api, job.pipeline.spec));
  const training = trainPipeline(candidates, {
    spec: job.pipeline.spec,
    table,
    datasetSha256: job.dataset.sha256,
    weights,
    wishes,
    ...(checkpoint ? { checkpoint } : {}),
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
    if (!keeps || uploadDue()) await send().catch(unlessAway);
  };
  const send = async () => {
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
    return api.call(finishJob, { params, body: { fence, state: 'stopped' } });
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
      wishes.stop ||= lease.stopRequested;
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
        lease.addSnapshot(value.snapshot);
        tell(value);
      } else if (value.type === 'stopped') return stop();
      else {
        lease.progress = value.progress;
        tell(value);
        // what comes before and after the training itself saves nothing
        if (wishes.stop && value.progress.phase !== 'training') return stop();
      }
    }
  }

  async function succeed({ artifact, sha256: hash, metrics }: TrainResult): Promise<Run> {
    await lease.tellLast();
    // a run that ended can be gone on from, elsewhere too
    await send();
    await api.call(putArtifact, { params, query: { fence, sha256: hash }, body: artifact });
    return api.call(finishJob, { params, body: { fence, state: 'succeeded', artifact: hash, metrics } });
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

async function download(api: Client, { dataset }: JobAssignment): Promise<Table> {
  const bytes = await bytesOf(api.call(getDatasetContent, { params: { version: dataset.id } }));
  if (sha256(bytes) !== dataset.sha256) {
    throw new AppError(
      'invalid_data',
      `${dataset.name} v${dataset.version} arrived damaged: its sha256 differs`,
    );
  }
  return loadDataset(bytes, dataset.format, dataset.profile);
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
