import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { openLeftovers } from './leftovers.ts';
import { openParcelQueue, type ParcelQueue } from './parcel-queue.ts';

const points = (from: number, to: number): MetricPoint[] =>
  Array.from({ length: to - from }, (_, i) => ({
    ...{
      step: from + i,
      epoch: 1,
      split: 'train' as const,
      name: 'loss' as const,
      value: 1 / (from + i + 1),
    },
  }));
const checkpoint = (byte: number) => ({ type: 'checkpoint' as const, bytes: new Uint8Array([byte]) });

/** All that waits, in words, as it is sent. */
async function empty(queue: ParcelQueue): Promise<string[]> {
  const told: string[] = [];
  for (let parcel = await queue.first(); parcel; parcel = await queue.first()) {
    if (parcel.type === 'metrics') told.push(`${parcel.points[0]?.step}–${parcel.points.at(-1)?.step}`);
    else if (parcel.type === 'checkpoint') told.push(`checkpoint ${parcel.bytes[0]}`);
    queue.arrived();
  }
  return told;
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainyard-outbox-'));
  file = join(folder, 'deep', 'run.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what waits for the server', () => {
  it('is held in a file beyond some points, and comes back the same and in order', async () => {
    const queue = openParcelQueue(file, 4000);
    const all = points(0, 20_500);
    for (let from = 0; from < all.length; from += 100) queue.addMetrics(all.slice(from, from + 100));
    queue.add(checkpoint(1));
    queue.addMetrics(points(20_500, 20_510));
    // of eleven batches the first two and the last stay; the others are eight arrays in the file
    expect(statSync(file).size).toBe(JSON.stringify(all.slice(4000, 20_000)).length + 7);
    const back: MetricPoint[] = [];
    const order: string[] = [];
    for (let parcel = await queue.first(); parcel; parcel = await queue.first()) {
      order.push(parcel.type);
      if (parcel.type === 'metrics') back.push(...parcel.points);
      queue.arrived();
    }
    expect(back).toEqual(points(0, 20_510));
    expect(order).toEqual([...Array(11).fill('metrics'), 'checkpoint', 'metrics']);
    queue.close();
    expect(existsSync(file)).toBe(false);
  });

  it('stays in memory where no file can be written', async () => {
    writeFileSync(join(folder, 'deep'), 'no folder');
    const queue = openParcelQueue(file, 2000);
    queue.addMetrics(points(0, 9000));
    expect(await empty(queue)).toEqual(['0–1999', '2000–3999', '4000–5999', '6000–7999', '8000–8999']);
  });

  it('is one batch again where a checkpoint between has given way, so that many saves make few requests', async () => {
    const queue = openParcelQueue(file);
    for (let save = 0; save < 300; save++) {
      queue.addMetrics(points(10 * save, 10 * save + 10));
      queue.add(checkpoint(save % 256));
    }
    expect(await empty(queue)).toEqual(['0–1999', '2000–2999', `checkpoint ${299 % 256}`]);
  });

  it('leaves alone what is on its way', async () => {
    const queue = openParcelQueue(file);
    queue.add(checkpoint(1));
    expect(await queue.first()).toEqual(checkpoint(1));
    queue.add(checkpoint(2));
    queue.add(checkpoint(3));
    queue.addMetrics(points(0, 1));
    expect(queue.checkpoint()).toEqual(new Uint8Array([3]));
    expect(await empty(queue)).toEqual(['checkpoint 1', 'checkpoint 3', '0–0']);
  });
});

describe('what an attempt leaves', () => {
  const lease = (fence: number, run = 'run_a') => ({ run, fence, job: 'job_a', expiresAt: '' });
  const left = (leftovers: ReturnType<typeof openLeftovers>, fence: number, run?: string) => {
    const queue = leftovers.take(lease(fence, run));
    queue.add(checkpoint(fence));
    leftovers.keep(lease(fence, run), queue);
  };

  it('is for the next one of this runner, if nobody had the run in between', () => {
    const leftovers = openLeftovers(folder, 1);
    left(leftovers, 1);
    expect(leftovers.take(lease(3)).checkpoint()).toEqual(new Uint8Array([1]));
    expect(leftovers.take(lease(3)).checkpoint()).toBeUndefined(); // it is taken once
    left(leftovers, 3);
    expect(leftovers.take(lease(7)).checkpoint()).toBeUndefined();
  });

  it('is kept of the latest runs alone', () => {
    const leftovers = openLeftovers(folder, 2);
    for (const run of ['run_a', 'run_b', 'run_c']) left(leftovers, 1, run);
    const kept = ['run_a', 'run_b', 'run_c'].map((run) => leftovers.take(lease(3, run)).checkpoint());
    expect(kept).toEqual([undefined, new Uint8Array([1]), new Uint8Array([1])]);
  });
});
