/**
 * What a job has to tell the server on its way, in order: points of its curves, gathered into batches, snapshots and checkpoints. A
 * checkpoint leaves only after every point before it, so a later attempt that goes on from it misses none. While the server is
 * away it is tried again and again; what is left when the lease is lost stays in the queue.
 */
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';
import { type RetryOptions, retry, sendingMs } from '../retry.ts';
import type { Parcel, ParcelQueue } from './parcel-queue.ts';

const BATCH_MS = 250;
const BATCH_POINTS = 200;

export interface OutboxOptions {
  /** What waits; it may be what another attempt has left. */
  queue: ParcelQueue;
  sendMetrics(points: MetricPoint[], signal: AbortSignal): Promise<unknown>;
  sendSnapshot(snapshot: Snapshot, signal: AbortSignal): Promise<unknown>;
  sendCheckpoint(bytes: Uint8Array, signal: AbortSignal): Promise<unknown>;
  /** Told once, of an error that will not pass; nothing is sent after it. */
  onError(error: unknown): void;
  retry?: RetryOptions;
}

export interface Outbox {
  addMetrics(points: readonly MetricPoint[]): void;
  addSnapshot(snapshot: Snapshot): void;
  addCheckpoint(bytes: Uint8Array): void;
  /** Sends what is left; resolves when the server has it all, rejects when something could not be sent. */
  flush(): Promise<void>;
  /** Sends no more; resolves when what was on its way has arrived or failed. */
  end(): Promise<void>;
}

export function createOutbox({ queue, ...options }: OutboxOptions): Outbox {
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;
  let hasEnded = false;
  const isOpen = () => !failure && !hasEnded;

  return {
    addMetrics(points) {
      queue.addMetrics(points);
      if (queue.pointsFirst >= BATCH_POINTS) void start();
      else timer ??= setTimeout(start, BATCH_MS);
    },
    addSnapshot(snapshot) {
      queue.add({ type: 'snapshot', snapshot });
      void start();
    },
    addCheckpoint(bytes) {
      queue.add({ type: 'checkpoint', bytes });
      void start();
    },
    async flush() {
      while (sending || (!queue.isEmpty && isOpen())) await (sending ?? start());
      if (failure) throw failure.error;
    },
    async end() {
      hasEnded = true;
      clearTimeout(timer);
      await sending;
    },
  };

  function start(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  async function sendAll(): Promise<void> {
    try {
      while (isOpen()) {
        const parcel = await queue.first();
        if (!parcel) return;
        const tryMs = sendingMs(parcel.type === 'checkpoint' ? parcel.bytes.byteLength : 0);
        await retry((signal) => send(parcel, signal), { tryMs, ...options.retry });
        queue.arrived();
      }
    } catch (error) {
      failure = { error };
      options.onError(error);
    }
  }

  function send(parcel: Parcel, signal: AbortSignal): Promise<unknown> {
    if (parcel.type === 'metrics') return options.sendMetrics(parcel.points, signal);
    if (parcel.type === 'snapshot') return options.sendSnapshot(parcel.snapshot, signal);
    return options.sendCheckpoint(parcel.bytes, signal);
  }
}
