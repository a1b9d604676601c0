/**
 * Holds a job's lease from the tab: heartbeats with the latest progress, metric points in batches, the latest snapshot. What fails for
 * want of a server that works is tried again at the next beat; what is refused ends the work.
 */
import type { Client } from '../../shared/api/client.ts';
import {
  heartbeatJob,
  LEASE_MS,
  postJobMetrics,
  postJobSnapshot,
  releaseJob,
} from '../../shared/api/routes/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import type { ReleaseReason } from '../../shared/schema/job.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Lease, Progress } from '../../shared/schema/run.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';

const SEND_POINTS_EVERY_MS = 1000;
/** The route's own limit. */
const POINTS_AT_ONCE = 2000;

export interface HeldLease {
  /** Sent with the next heartbeat. */
  progress: Progress | null;
  /** Where it turned out to train; sent with the next heartbeat. */
  device: string | undefined;
  /** What it holds in memory; sent likewise. */
  memoryBytes: number | undefined;
  /** Of those taken so far the server has the last. */
  isCheckpointSent: boolean;
  readonly stopRequested: boolean;
  readonly finishRequested: boolean;
  /** Rejects once the lease belongs to another. */
  readonly lost: Promise<never>;
  addPoints(points: readonly MetricPoint[]): void;
  /** Sends it at once, or gives way to the next one while others are on their way. */
  addSnapshot(snapshot: Snapshot): void;
  /** Those that the server has not said it has. */
  unsent(): readonly MetricPoint[];
  /** Sends what waits. */
  flush(): Promise<void>;
  /** Hands the job back to the queue. */
  release(reason: ReleaseReason): Promise<void>;
  /** Sends a heartbeat at once. */
  beat(): void;
  /** Sends what waits and how far it came, as well as that goes. */
  tellLast(): Promise<void>;
  /** Ends the heartbeats. */
  end(): void;
}

export function holdLease(api: Client, { job, fence }: Lease): HeldLease {
  const params = { job };
  let waiting: MetricPoint[] = [];
  let snapshot: Snapshot | null = null;
  let sending = Promise.resolve();
  let lose!: (error: unknown) => void;
  const lost = new Promise<never>((_, fail) => {
    lose = fail;
  });
  lost.catch(() => {});
  const loseIfRefused = (error: unknown): void => {
    if (!(error instanceof AppError && ['unavailable', 'internal'].includes(error.code))) lose(error);
  };

  const held = {
    progress: null as Progress | null,
    device: undefined as string | undefined,
    memoryBytes: undefined as number | undefined,
    isCheckpointSent: true,
    stopRequested: false,
    finishRequested: false,
    lost,
    addPoints: (points: readonly MetricPoint[]) => void waiting.push(...points),
    addSnapshot(latest: Snapshot) {
      snapshot = latest;
      void held.flush().catch(loseIfRefused);
    },
    unsent: () => waiting,
    flush() {
      // one that failed keeps none of those after it
      sending = sending.then(send, send);
      return sending;
    },
    async release(reason: ReleaseReason) {
      await held.flush();
      await api.call(releaseJob, { params, body: { fence, reason } });
    },
    beat: () => void beat().catch(loseIfRefused),
    async tellLast() {
      await held.flush();
      await beat().catch(loseIfRefused);
    },
    end() {
      clearInterval(beats);
      clearInterval(batches);
    },
  };

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const points = waiting.slice(0, POINTS_AT_ONCE);
      await api.call(postJobMetrics, { params, body: { fence, points } });
      waiting = waiting.slice(points.length);
    }
    while (snapshot) {
      const latest: Snapshot = snapshot;
      await api.call(postJobSnapshot, { params, body: { fence, snapshot: latest } });
      if (snapshot === latest) snapshot = null;
    }
  }
  async function beat(): Promise<void> {
    const { stopRequested, finishRequested } = await api.call(heartbeatJob, {
      params,
      body: {
        ...{ fence, progress: held.progress },
        ...(held.device && { device: held.device }),
        ...(held.memoryBytes !== undefined && { memoryBytes: held.memoryBytes }),
      },
    });
    held.stopRequested ||= stopRequested;
    held.finishRequested ||= finishRequested;
  }
  const beats = setInterval(held.beat, LEASE_MS / 3);
  const batches = setInterval(() => {
    if (waiting.length > 0) void held.flush().catch(loseIfRefused);
  }, SEND_POINTS_EVERY_MS);
  return held;
}
