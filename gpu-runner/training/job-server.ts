/**
 * The server as the holder of one lease sees it: every call carries the fence. What `send…` tells, the outbox tries again; the
 * others try by themselves, until the lease is lost.
 */
import type { Client } from '../../shared/api/client.ts';
import { exchangeWeights } from '../../shared/api/exchange-weights.ts';
import {
  finishJob,
  getCheckpoint,
  postJobLog,
  postJobMetrics,
  postJobSnapshot,
  putArtifact,
  putCheckpoint,
  releaseJob,
} from '../../shared/api/routes/jobs.ts';
import type { Average, Update } from '../../shared/federated/round.ts';
import type { LogLine, ReleaseReason } from '../../shared/schema/job.ts';
import type { MetricPoint, RunMetrics } from '../../shared/schema/metric.ts';
import type { Lease } from '../../shared/schema/run.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';
import { sha256 } from '../../shared/sha256.ts';
import { retry, sendingMs } from '../retry.ts';
import type { Failure } from './failure.ts';

export type Ending =
  | { state: 'succeeded'; artifact: string; metrics: RunMetrics }
  | ({ state: 'failed' } & Failure)
  | { state: 'stopped' };

/** `lost`: aborted when the lease is. */
export function connectJob(client: Client, { job, fence }: Lease, lost: AbortSignal) {
  const params = { job };
  const persist = <T>(call: (options: { signal: AbortSignal }) => Promise<T>, bytes = 0): Promise<T> =>
    retry((signal) => call({ signal }), { signal: lost, tryMs: sendingMs(bytes) });

  return {
    sendMetrics: (points: MetricPoint[], signal: AbortSignal) =>
      client.call(postJobMetrics, { params, body: { fence, points } }, { signal }),
    sendSnapshot: (snapshot: Snapshot, signal: AbortSignal) =>
      client.call(postJobSnapshot, { params, body: { fence, snapshot } }, { signal }),
    sendLog: (lines: LogLine[], signal: AbortSignal) =>
      client.call(postJobLog, { params, body: { fence, lines } }, { signal }),
    sendCheckpoint: (bytes: Uint8Array, signal: AbortSignal) =>
      client.call(
        putCheckpoint,
        { params, query: { fence, sha256: sha256(bytes) }, body: asBody(bytes) },
        { signal },
      ),
    fetchCheckpoint: (): Promise<Uint8Array> =>
      retry(async (signal) => (await client.call(getCheckpoint, { params }, { signal })).bytes(), {
        signal: lost,
      }),
    /** Until the round is closed. */
    exchange: (update: Update): Promise<Average> =>
      exchangeWeights(client, { job, fence }, update, (call) => persist(call, update.weights.byteLength)),
    putArtifact: (hash: string, bytes: Uint8Array) =>
      persist(
        (options) =>
          client.call(putArtifact, { params, query: { fence, sha256: hash }, body: asBody(bytes) }, options),
        bytes.byteLength,
      ),
    finish: (ending: Ending) =>
      persist((options) => client.call(finishJob, { params, body: { fence, ...ending } }, options)),
    handBack: (reason: ReleaseReason) =>
      persist((options) => client.call(releaseJob, { params, body: { fence, reason } }, options)),
  };
}

/** Bytes from IPC or the training lie in plain, unshared memory, which is what fetch takes. */
const asBody = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
