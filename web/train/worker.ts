/**
 * Trains one run in this tab: claims its job as a runner does, keeps the lease, and sends curves, checkpoints and the
 * artifact. When its engine fails, the job goes back and is
 * claimed again for the others, from the last checkpoint.
 */
import { type Client, createClient } from '../../shared/api/client.ts';
import { fetchWeights } from '../../shared/api/fetch-weights.ts';
import { getDatasetContent } from '../../shared/api/routes/datasets.ts';
import {
  claimJob,
  finishJob,
  getCheckpoint,
  type JobAssignment,
  putArtifact,
  putCheckpoint,
} from '../../shared/api/routes/jobs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import type { Table } from '../../shared/data/table.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { FailureReason, Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import type { TrainEvent, TrainResult } from '../../shared/train/events.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { TrainingDiverged } from '../../shared/train/training-diverged.ts';
import { type Backend, detectBackends } from './backends.ts';
import { type HeldLease, holdLease } from './lease.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { candidateOf, type TabCandidate } from './start-backend.ts';

let stopWanted = false;
const tell = (message: FromWorker): void => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'stop') stopWanted = true;
  else void train(data).catch((error) => tell({ type: 'lost', message: messageOf(error) }));
};

async function train({ baseUrl, token, run, attempts }: Extract<ToWorker, { type: 'start' }>): Promise<void> {
  const api = createClient({ baseUrl, token });
  const reports = await detectBackends();
  const groups = attempts.map((group) => reports.filter(({ backend }) => group.includes(backend)));
  for (const [place, group] of groups.entries()) {
    const left = group.map(candidateOf);
    while (left.length > 0) {
      const isLast = place === groups.length - 1 && left.length === 1;
      const failed = await tryCandidates(api, run, left, isLast);
      if (!failed) return;
      tell({ type: 'fallback', ...failed });
      left.splice(
        left.findIndex(({ backend }) => backend === failed.backend),
        1,
      );
    }
  }
  throw new AppError(
    'unavailable',
    'nothing that this browser offers could train the run; try a runner, or another browser',
  );
}

/** Null when the run has ended; else which backend failed, and why. */
async function tryCandidates(
  api: Client,
  run: string,
  candidates: readonly TabCandidate[],
  isLast: boolean,
): Promise<{ backend: Backend; reason: string } | null> {
  const job = await api.call(claimJob, { body: { runner: null, run, device: 'a browser tab' } });
  if (!job)
    throw new AppError('conflict', 'this run waits for nobody any more: it has ended, or trains elsewhere');
  const lease = holdLease(api, job.lease);
  let chosen = candidates[0]!;
  const onChosen = (name: string, device: string, reason: string): TabCandidate => {
    // what needs no engine names none of them
    chosen = candidates.find((one) => one.name === name) ?? candidates[0]!;
    lease.device = device.slice(0, 200);
    lease.beat();
    tell({ type: 'backend', backend: name === 'plain' ? 'cpu' : chosen.backend, device, reason });
    return chosen;
  };
  try {
    tell({ type: 'ended', run: await work(api, job, lease, candidates, onChosen) });
    return null;
  } catch (thrown) {
    const error = thrown instanceof EngineFault ? await causeOf(thrown, chosen) : thrown;
    if (isLost(error)) throw error;
    if (error instanceof EngineFault && !isLast) {
      await lease.release();
      return { backend: chosen.backend, reason: error.message };
    }
    const message = messageOf(error).slice(0, 2000);
    const ended = await api.call(finishJob, {
      params: { job: job.lease.job },
      body: { fence: job.lease.fence, state: 'failed', reason: failureOf(error), message },
    });
    tell({ type: 'ended', run: ended });
    return null;
  } finally {
    lease.end();
  }
}

async function work(
  api: Client,
  job: JobAssignment,
  lease: HeldLease,
  candidates: readonly TabCandidate[],
  onChosen: (name: string, device: string, reason: string) => TabCandidate,
): Promise<Run> {
  const { fence } = job.lease;
  const params = { job: job.lease.job };
  const table = await download(api, job);
  const checkpoint = job.hasCheckpoint ? await bytesOf(api.call(getCheckpoint, { params })) : undefined;
  const training = trainPipeline(candidates, {
    spec: job.pipeline.spec,
    table,
    datasetSha256: job.dataset.sha256,
    weights: await fetchWeights(api, job.pipeline.spec),
    ...(checkpoint ? { checkpoint } : {}),
  });
  let lost = new Promise<never>(() => {});

  let result: TrainResult | undefined;
  while (!result) {
    const next = await Promise.race([nextOf(training, lost), lease.lost]);
    if (next.done) {
      result = next.value;
    } else if (next.value.type === 'checkpoint') {
      const { bytes } = next.value;
      await api.call(putCheckpoint, {
        params,
        query: { fence, sha256: sha256(bytes) },
        body: bytes as Uint8Array<ArrayBuffer>,
      });
    } else if (next.value.type === 'executor') {
      lost = onChosen(next.value.name, next.value.device, next.value.reason).lost;
    } else if (next.value.type === 'metrics') {
      lease.addPoints(next.value.points);
      tell(next.value);
    } else {
      lease.progress = next.value.progress;
      tell(next.value);
    }
    if (!result && (stopWanted || lease.stopRequested)) {
      await training.return(undefined as never);
      await lease.flush();
      return api.call(finishJob, { params, body: { fence, state: 'stopped' } });
    }
  }
  await lease.flush();
  const { artifact, sha256: hash, metrics } = result;
  await api.call(putArtifact, { params, query: { fence, sha256: hash }, body: artifact });
  return api.call(finishJob, { params, body: { fence, state: 'succeeded', artifact: hash, metrics } });
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

/** The server cannot be reached, or the job is no longer this tab's: another attempt goes on from the last checkpoint. */
const isLost = (error: unknown): boolean =>
  error instanceof AppError &&
  ['unavailable', 'unauthorized', 'stale_fence', 'not_found', 'conflict'].includes(error.code);

/** The engine failed: another may do better. */
class EngineFault extends Error {}

/** What a person can mend is an AppError of the training; anything else that is thrown comes out of the engine. */
async function nextOf(
  training: AsyncGenerator<TrainEvent, TrainResult, void>,
  lost: Promise<never>,
): Promise<IteratorResult<TrainEvent, TrainResult>> {
  try {
    return await Promise.race([training.next(), lost]);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'unsupported' && error.code !== 'unavailable')
      throw error;
    throw new EngineFault(messageOf(error), { cause: error });
  }
}

/** The loss of a device shows first as an error of whatever was being done on it. */
function causeOf(fault: EngineFault, { lost }: TabCandidate): Promise<EngineFault> {
  const none = new Promise<EngineFault>((done) => setTimeout(done, 100, fault));
  return Promise.race([lost.catch((loss) => new EngineFault(messageOf(loss))), none]);
}

function failureOf(error: unknown): FailureReason {
  if (error instanceof TrainingDiverged) return 'diverged';
  if (error instanceof AppError && error.code === 'invalid_data') return 'bad_data';
  return 'code_failed';
}
