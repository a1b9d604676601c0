/**
 * One claimed job from lease to end: dataset, child, curves, checkpoints, artifact. When this returns, the job is finished,
 * handed back or no longer ours, and the child is gone.
 */
import { join } from 'node:path';
import type { Client } from '../../shared/api/client.ts';
import { fetchWeights } from '../../shared/api/fetch-weights.ts';
import type { JobAssignment } from '../../shared/api/routes/jobs.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { Average, Update } from '../../shared/federated/round.ts';
import type { ReleaseReason } from '../../shared/schema/job.ts';
import type { TrainEvent } from '../../shared/train/events.ts';
import { isKeptBy } from '../../shared/train/part-in.ts';
import type { DatasetCache } from '../dataset-cache.ts';
import { inWords, type Log } from '../log.ts';
import type { Seat } from '../machine/room.ts';
import { isLost, retry } from '../retry.ts';
import { createEpochLog } from './epoch-log.ts';
import { describeCrash, describeFailure, type Failure } from './failure.ts';
import { createJobLog } from './job-log.ts';
import { type JobProcess, startJobProcess } from './job-process.ts';
import { connectJob, type Ending } from './job-server.ts';
import { keepLease } from './lease.ts';
import type { Leftovers } from './leftovers.ts';
import { createOutbox } from './outbox.ts';
import { openEventLog } from './tensorboard/event-log.ts';

/** A child that crashes or hangs this often with no new checkpoint between is not started again. */
const MOST_CRASHES = 3;

export interface JobContext {
  client: Client;
  datasets: DatasetCache;
  /** Run → crashes of its child since its last checkpoint. */
  crashes: Map<string, number>;
  leftovers: Leftovers;
  /** Silence of a child after which it is killed, milliseconds; see `watchForHangs`. */
  hungAfterMs: number;
  /** Folder for TensorBoard's files; null: none are written. */
  tensorboard: string | null;
  log: Log;
  /** Aborted when the runner shuts down. */
  shutdown: AbortSignal;
}

export type Outcome = 'succeeded' | 'failed' | 'stopped' | 'released' | 'lost';

/** What it takes of the machine it notes in `seat`. */
export async function workJob(
  { lease, run, dataset, pipeline, hasCheckpoint }: JobAssignment,
  { client, datasets, crashes, leftovers, hungAfterMs, tensorboard, log, shutdown }: JobContext,
  seat: Seat,
): Promise<Outcome> {
  const lost = new AbortController();
  const untilLost = { signal: lost.signal };
  const server = connectJob(client, lease, lost.signal);
  const queue = leftovers.take(lease);
  const jobLog = createJobLog({ send: server.sendLog, retry: untilLost });
  /** To the runner's log and the job's own. */
  const say: Log = (message, fields = {}) => {
    log(message, { run: run.id, ...fields });
    jobLog.add(inWords(message, fields));
  };
  let stopRequested = run.stopRequested;
  let child: JobProcess | undefined;
  /** Why its weights were not taken. */
  let refused: unknown;

  const stopChild = () => child?.stop();
  const lose = (error: unknown) => {
    lost.abort(error);
    child?.kill();
  };
  const kept = keepLease(client, lease, {
    onStopRequested() {
      stopRequested = true;
      stopChild();
    },
    onFinishRequested: () => child?.finish(),
    onLost: lose,
  });
  const outbox = createOutbox({
    ...{ queue, sendMetrics: server.sendMetrics, sendSnapshot: server.sendSnapshot },
    async sendCheckpoint(bytes, signal) {
      await server.sendCheckpoint(bytes, signal);
      crashes.delete(run.id);
    },
    onError: (error) => (isLost(error) ? lose(error) : child?.kill()),
    retry: untilLost,
  });
  const epochLog = createEpochLog(say);
  const events =
    tensorboard === null
      ? null
      : openEventLog({
          folder: join(tensorboard, run.model, run.id),
          definition: pipeline.spec,
          onError: (error) => say('no TensorBoard files for this run', { why: messageOf(error) }),
        });
  shutdown.addEventListener('abort', stopChild);
  try {
    return await train();
  } catch (error) {
    if (!lost.signal.aborted && isLost(error)) lose(error);
    if (lost.signal.aborted) return 'lost';
    return await fail(describeFailure(error)).catch((): Outcome => 'lost');
  } finally {
    kept.release();
    epochLog.end();
    void events?.close(); // a disk that hangs holds nobody up
    shutdown.removeEventListener('abort', stopChild);
    child?.kill();
    jobLog.close();
    await outbox.end();
    if (isTakenAway(lost.signal.reason)) leftovers.keep(lease, queue);
    else queue.close();
  }

  async function train(): Promise<Outcome> {
    const left = queue.checkpoint();
    const [datasetPath, weights, checkpoint] = await Promise.all([
      retry(() => datasets.get(dataset, lost.signal), untilLost),
      retry(() => fetchWeights(client, pipeline.spec, untilLost), untilLost),
      left ?? (hasCheckpoint ? server.fetchCheckpoint() : undefined),
    ]);
    if (stopRequested) return finish({ state: 'stopped' });
    if (shutdown.aborted) return handBack('shutdown');

    const { id, team } = run;
    const order = { spec: pipeline.spec, dataset, datasetPath, checkpoint, weights, run: id, team };
    child = startJobProcess(order, { onEvent, onExchange, onLine: jobLog.add, hungAfterMs });
    seat.pid = child.pid;
    const from = left ? 'what an attempt without network left here' : hasCheckpoint ? 'checkpoint' : 'start';
    say('job started', { attempt: run.attempts, from, pid: child.pid });
    const ending = await child.ended;
    await outbox.flush();
    await kept.tellLast();
    lost.signal.throwIfAborted();

    switch (ending.type) {
      case 'done': {
        const { artifact, sha256, metrics } = ending.result;
        if (isKeptBy(run.team)) await server.putArtifact(sha256, artifact);
        return finish({ state: 'succeeded', artifact: sha256, metrics });
      }
      case 'failed':
        return fail(ending);
      case 'stopped':
        return stopRequested ? finish({ state: 'stopped' }) : handBack('shutdown');
      case 'crashed': {
        if (refused) throw refused;
        if (shutdown.aborted) return handBack('shutdown');
        const times = (crashes.get(run.id) ?? 0) + 1;
        crashes.set(run.id, times);
        const failure = describeCrash(ending, times);
        say('child crashed', { times, reason: failure.reason, why: failure.message });
        if (times >= MOST_CRASHES) return fail(failure);
        return handBack(failure.reason === 'hung' ? 'hung' : 'crashed');
      }
    }
  }

  function onEvent(event: TrainEvent) {
    if (event.type === 'progress') {
      kept.report(event.progress);
      epochLog.at(event.progress);
    } else if (event.type === 'executor') {
      seat.memoryBytes = event.bytes;
      kept.reportDevice(event.device, event.bytes);
      say('training', { device: event.device, executor: event.reason });
    } else if (event.type === 'metrics') {
      outbox.addMetrics(event.points);
      events?.add(event.points);
      epochLog.add(event.points);
    } else if (event.type === 'snapshot') outbox.addSnapshot(event.snapshot);
    else if (event.type === 'checkpoint') outbox.addCheckpoint(event.bytes);
  }

  async function onExchange(update: Update): Promise<Average> {
    try {
      return await server.exchange(update);
    } catch (error) {
      refused = error;
      if (isLost(error)) lose(error);
      else child?.kill();
      throw error;
    }
  }

  async function finish(end: Ending): Promise<Outcome> {
    crashes.delete(run.id);
    await tellLog(end.state);
    await server.finish(end);
    return end.state;
  }

  function fail({ reason, message }: Failure): Promise<Outcome> {
    jobLog.add(message, 'error');
    return finish({ state: 'failed', reason, message });
  }

  async function handBack(reason: ReleaseReason): Promise<Outcome> {
    await tellLog(`handed back: ${reason}`);
    await server.handBack(reason);
    return 'released';
  }

  /** Before the ending, after which nothing more is taken. */
  async function tellLog(lastLine: string): Promise<void> {
    epochLog.end();
    jobLog.add(lastLine);
    await jobLog.flush();
  }
}

/** Not for a fault of ours or of the job's: for want of heartbeats. */
const isTakenAway = (reason: unknown): boolean => reason instanceof AppError && reason.code === 'stale_fence';
