/**
 * One claimed job from lease to end: dataset, child, curves, checkpoints, artifact. When this returns, the job is finished,
 * handed back or no longer ours, and the child is gone.
 */
import { join } from 'node:path';
import type { Client } from '../shared/api/client.ts';
import { fetchWeights } from '../shared/api/fetch-weights.ts';
import {
  finishJob,
  getCheckpoint,
  type JobAssignment,
  postJobMetrics,
  postJobSnapshot,
  putArtifact,
  putCheckpoint,
  releaseJob,
} from '../shared/api/routes/jobs.ts';
import { messageOf } from '../shared/errors.ts';
import type { RunMetrics } from '../shared/schema/metric.ts';
import { sha256 } from '../shared/sha256.ts';
import type { TrainEvent } from '../shared/train/events.ts';
import type { DatasetCache } from './dataset-cache.ts';
import { createEpochLog } from './epoch-log.ts';
import { describeCrash, describeFailure, type Failure } from './failure.ts';
import { type JobProcess, startJobProcess } from './job-process.ts';
import { isLost, keepLease } from './lease.ts';
import type { Log } from './log.ts';
import { createOutbox } from './outbox.ts';
import { retry } from './retry.ts';
import { openEventLog } from './tensorboard/event-log.ts';

/** A child that crashes this often with no new checkpoint between is not started again. */
const MOST_CRASHES = 3;

export interface JobContext {
  client: Client;
  datasets: DatasetCache;
  /** Run → crashes of its child since its last checkpoint. */
  crashes: Map<string, number>;
  /** Folder for TensorBoard's files; null: none are written. */
  tensorboard: string | null;
  log: Log;
  /** Aborted when the runner shuts down. */
  shutdown: AbortSignal;
}

export type Outcome = 'succeeded' | 'failed' | 'stopped' | 'released' | 'lost';

export async function workJob(assignment: JobAssignment, context: JobContext): Promise<Outcome> {
  const { client, datasets, crashes, tensorboard, log, shutdown } = context;
  const { lease, run, dataset, pipeline, hasCheckpoint } = assignment;
  const { fence } = lease;
  const params = { job: lease.job };
  const lost = new AbortController();
  const untilLost = { signal: lost.signal };
  let stopRequested = run.stopRequested;
  let child: JobProcess | undefined;

  const stopChild = () => child?.stop();
  const kept = keepLease(client, lease, {
    onStopRequested() {
      stopRequested = true;
      stopChild();
    },
    onFinishRequested: () => child?.finish(),
    onLost(error) {
      lost.abort(error);
      child?.kill();
    },
  });
  const outbox = createOutbox({
    sendMetrics: (points) => client.call(postJobMetrics, { params, body: { fence, points } }, untilLost),
    sendSnapshot: (snapshot) =>
      client.call(postJobSnapshot, { params, body: { fence, snapshot } }, untilLost),
    async sendCheckpoint(bytes) {
      await client.call(
        putCheckpoint,
        { params, query: { fence, sha256: sha256(bytes) }, body: asBody(bytes) },
        untilLost,
      );
      crashes.delete(run.id);
    },
    onError: () => child?.kill(),
    retry: untilLost,
  });
  const epochLog = createEpochLog(log, run.id);
  const events =
    tensorboard === null
      ? null
      : openEventLog({
          folder: join(tensorboard, run.model, run.id),
          definition: pipeline.spec,
          onError: (error) =>
            log('no TensorBoard files for this run', { run: run.id, why: messageOf(error) }),
        });
  shutdown.addEventListener('abort', stopChild);
  try {
    return await train();
  } catch (error) {
    if (lost.signal.aborted || isLost(error)) return 'lost';
    return await fail(describeFailure(error)).catch((): Outcome => 'lost');
  } finally {
    kept.release();
    epochLog.end();
    void events?.close(); // a disk that hangs holds nobody up
    shutdown.removeEventListener('abort', stopChild);
    child?.kill();
  }

  async function train(): Promise<Outcome> {
    const [datasetPath, weights, checkpoint] = await Promise.all([
      retry(() => datasets.get(dataset, lost.signal), { ...untilLost, tries: 5 }),
      retry(() => fetchWeights(client, pipeline.spec, untilLost), untilLost),
      hasCheckpoint ? fetchCheckpoint() : undefined,
    ]);
    if (stopRequested) return finish({ state: 'stopped' });
    if (shutdown.aborted) return handBack();

    child = startJobProcess({ spec: pipeline.spec, dataset, datasetPath, checkpoint, weights }, onEvent);
    log('job started', { run: run.id, attempt: run.attempts, resumed: hasCheckpoint, pid: child.pid });
    const ending = await child.ended;
    await outbox.flush();
    await kept.tellLast();
    lost.signal.throwIfAborted();

    switch (ending.type) {
      case 'done': {
        const { artifact, sha256, metrics } = ending.result;
        const body = asBody(artifact);
        await retry(
          () => client.call(putArtifact, { params, query: { fence, sha256 }, body }, untilLost),
          untilLost,
        );
        return finish({ state: 'succeeded', artifact: sha256, metrics });
      }
      case 'failed':
        return fail(ending);
      case 'stopped':
        return stopRequested ? finish({ state: 'stopped' }) : handBack();
      case 'crashed': {
        if (shutdown.aborted) return handBack();
        const times = (crashes.get(run.id) ?? 0) + 1;
        crashes.set(run.id, times);
        const failure = describeCrash(ending, times);
        log('child crashed', { run: run.id, times, why: failure.message });
        return times < MOST_CRASHES ? handBack() : fail(failure);
      }
    }
  }

  function onEvent(event: TrainEvent) {
    if (event.type === 'progress') {
      kept.report(event.progress);
      epochLog.at(event.progress);
    } else if (event.type === 'executor') {
      kept.reportDevice(event.device, event.bytes);
      log('training', { run: run.id, device: event.device, executor: event.reason });
    } else if (event.type === 'metrics') {
      outbox.addMetrics(event.points);
      events?.add(event.points);
      epochLog.add(event.points);
    } else if (event.type === 'snapshot') outbox.addSnapshot(event.snapshot);
    else if (event.type === 'checkpoint') outbox.addCheckpoint(event.bytes);
  }

  function fetchCheckpoint(): Promise<Uint8Array> {
    return retry(async () => (await client.call(getCheckpoint, { params }, untilLost)).bytes(), untilLost);
  }

  async function finish(end: Finish): Promise<Outcome> {
    crashes.delete(run.id);
    await retry(() => client.call(finishJob, { params, body: { fence, ...end } }, untilLost), untilLost);
    return end.state;
  }

  function fail({ reason, message }: Failure): Promise<Outcome> {
    return finish({ state: 'failed', reason, message });
  }

  async function handBack(): Promise<Outcome> {
    await retry(() => client.call(releaseJob, { params, body: { fence } }, untilLost), untilLost);
    return 'released';
  }
}

type Finish =
  | { state: 'succeeded'; artifact: string; metrics: RunMetrics }
  | ({ state: 'failed' } & Failure)
  | { state: 'stopped' };

/** Bytes from IPC or the training lie in plain, unshared memory, which is what fetch takes. */
const asBody = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
