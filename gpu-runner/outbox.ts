/**
 * What a job has to tell the server on its way, in order: points of its curves, gathered into batches, snapshots and checkpoints. A
 * checkpoint leaves only after every point before it, so a later attempt that goes on from it misses none. A checkpoint
 * or snapshot that still waits gives way to a newer one.
 */
import type { MetricPoint } from '../shared/schema/metric.ts';
import type { Snapshot } from '../shared/schema/snapshot.ts';
import { type RetryOptions, retry } from './retry.ts';

const BATCH_MS = 250;
const BATCH_POINTS = 200;
/** The server takes no more at once. */
const MOST_POINTS = 2000;

type Parcel =
  | { type: 'metrics'; points: MetricPoint[] }
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'checkpoint'; bytes: Uint8Array };

export interface OutboxOptions {
  sendMetrics(points: MetricPoint[]): Promise<unknown>;
  sendSnapshot(snapshot: Snapshot): Promise<unknown>;
  sendCheckpoint(bytes: Uint8Array): Promise<unknown>;
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
}

export function createOutbox(options: OutboxOptions): Outbox {
  const waiting: Parcel[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;

  return {
    addMetrics(points) {
      for (let from = 0; from < points.length; ) {
        let last = waiting.at(-1);
        if (last?.type !== 'metrics' || last.points.length === MOST_POINTS) {
          last = { type: 'metrics', points: [] };
          waiting.push(last);
        }
        const room = points.slice(from, from + MOST_POINTS - last.points.length);
        last.points.push(...room);
        from += room.length;
      }
      const first = waiting[0];
      if (first?.type === 'metrics' && first.points.length >= BATCH_POINTS) start();
      else timer ??= setTimeout(start, BATCH_MS);
    },
    addSnapshot: (snapshot) => replace({ type: 'snapshot', snapshot }),
    addCheckpoint: (bytes) => replace({ type: 'checkpoint', bytes }),
    async flush() {
      while (sending || (waiting.length > 0 && !failure)) await (sending ?? start());
      if (failure) throw failure.error;
    },
  };

  function replace(parcel: Parcel): void {
    const older = waiting.findIndex(({ type }) => type === parcel.type);
    if (older >= 0) waiting.splice(older, 1);
    waiting.push(parcel);
    start();
  }

  function start(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  function send(parcel: Parcel): Promise<unknown> {
    if (parcel.type === 'metrics') return options.sendMetrics(parcel.points);
    if (parcel.type === 'snapshot') return options.sendSnapshot(parcel.snapshot);
    return options.sendCheckpoint(parcel.bytes);
  }

  async function sendAll(): Promise<void> {
    try {
      while (!failure) {
        const parcel = waiting.shift();
        if (!parcel) return;
        await retry(() => send(parcel), options.retry);
      }
    } catch (error) {
      failure = { error };
      waiting.length = 0;
      options.onError(error);
    }
  }
}
