/**
 * What waits to be told to the server, in order. A checkpoint or snapshot that still waits gives way to a newer one. Of points a
 * bounded number stays in memory; while the server is away for longer, further ones wait in a file. The one that is being sent
 * stays at the head until it has arrived, so that a queue can be sent on by another.
 */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Snapshot } from '../../shared/schema/snapshot.ts';

/** The server takes no more at once. */
const MOST_POINTS = 2000;
/** Some megabytes; a fast training makes as many in minutes. */
const POINTS_IN_MEMORY = 20_000;

export type Parcel =
  | { type: 'metrics'; points: MetricPoint[] }
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'checkpoint'; bytes: Uint8Array };

/** Points in the file: where, in bytes. */
type Kept = Parcel | { type: 'file'; at: number; length: number };

export interface ParcelQueue {
  readonly isEmpty: boolean;
  /** Points at the head, which are to be sent next; 0 where something else is. */
  readonly pointsFirst: number;
  addMetrics(points: readonly MetricPoint[]): void;
  add(parcel: Exclude<Parcel, { type: 'metrics' }>): void;
  /** The head; null where nothing waits. It counts as under way until `arrived`, and is not changed meanwhile. */
  first(): Promise<Parcel | null>;
  arrived(): void;
  /** The newest that has not arrived. */
  checkpoint(): Uint8Array | undefined;
  /** Forgets what waits. */
  close(): void;
}

/** `file`: made when it is first needed; where the disk is full, memory takes its place. */
export function openParcelQueue(file: string, inMemory = POINTS_IN_MEMORY): ParcelQueue {
  let waiting: Kept[] = [];
  let isHeadOut = false;
  let written = 0;
  const pointsOf = (parcel: Kept | undefined) => (parcel?.type === 'metrics' ? parcel.points : []);
  const pointsHeld = () => waiting.reduce((sum, parcel) => sum + pointsOf(parcel).length, 0);
  /** Index of the first that may be changed. */
  const free = () => (isHeadOut ? 1 : 0);

  return {
    get isEmpty() {
      return waiting.length === 0;
    },
    get pointsFirst() {
      return pointsOf(waiting[0]).length;
    },
    addMetrics(points) {
      for (let from = 0; from < points.length; ) {
        let last = waiting.length > free() ? waiting.at(-1) : undefined;
        if (last?.type !== 'metrics' || last.points.length === MOST_POINTS) {
          if (last?.type === 'metrics' && pointsHeld() > inMemory) moveToFile(waiting.length - 1);
          last = { type: 'metrics', points: [] };
          waiting.push(last);
        }
        const room = points.slice(from, from + MOST_POINTS - last.points.length);
        last.points.push(...room);
        from += room.length;
      }
    },
    add(parcel) {
      const older = waiting.findIndex(({ type }, i) => i >= free() && type === parcel.type);
      if (older >= 0) {
        waiting.splice(older, 1);
        if (older > free()) join(older);
      }
      waiting.push(parcel);
    },
    async first() {
      const head = waiting[0];
      if (!head) return null;
      isHeadOut = true;
      return head.type === 'file' ? readBack(head) : head;
    },
    arrived() {
      waiting.shift();
      isHeadOut = false;
    },
    checkpoint() {
      const newest = waiting.findLast((parcel) => parcel.type === 'checkpoint');
      return newest?.type === 'checkpoint' ? newest.bytes : undefined;
    },
    close() {
      waiting = [];
      isHeadOut = false;
      rmSync(file, { force: true });
    },
  };

  /** What stood before and after a parcel that is gone becomes one, where the server takes it as one. */
  function join(after: number): void {
    const [before, behind] = [waiting[after - 1], waiting[after]];
    if (before?.type !== 'metrics' || behind?.type !== 'metrics') return;
    if (before.points.length + behind.points.length > MOST_POINTS) return;
    before.points.push(...behind.points);
    waiting.splice(after, 1);
  }

  function moveToFile(index: number): void {
    const text = Buffer.from(JSON.stringify(pointsOf(waiting[index])));
    try {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, text);
    } catch {
      return;
    }
    waiting[index] = { type: 'file', at: written, length: text.length };
    written += text.length;
  }

  async function readBack({ at, length }: { at: number; length: number }): Promise<Parcel> {
    const handle = await open(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
      return { type: 'metrics', points: JSON.parse(buffer.toString()) as MetricPoint[] };
    } finally {
      await handle.close();
    }
  }
}
