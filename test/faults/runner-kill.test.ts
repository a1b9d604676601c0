/**
 * Runners and their training processes killed in mid-training, against a whole local Trainyard. Whatever dies, a run ends
 * succeeded, with each point of its curves once, and the same curves as a run that nothing disturbed.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../shared/api/client.ts';
import {
  finishJob,
  heartbeatJob,
  postJobMetrics,
  putCheckpoint,
  releaseJob,
} from '../../shared/api/routes/jobs.ts';
import { getRun, resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import { openRings, type Rings } from './rings.ts';
import { isAlive, type RunnerProcess, startRunner, until } from './runner-process.ts';

/** Enough for several checkpoints on a fast machine, given its clock. */
const EPOCHS = 1000;

let rings: Rings;
let { home, trainyard, owner, dataset, queueRun, ended, checkpointOf, curvesOf } = {} as Rings;
let undisturbed: MetricPoint[];
const runners: RunnerProcess[] = [];

beforeAll(async () => {
  rings = await openRings(EPOCHS);
  ({ home, trainyard, owner, dataset, queueRun, ended, checkpointOf, curvesOf } = rings);
}, 120_000);

afterEach(async () => {
  for (const runner of runners.splice(0)) if (runner.process.exitCode === null) await runner.end('SIGKILL');
});
afterAll(() => rings?.close(), 60_000);

describe('a runner', { timeout: 240_000 }, () => {
  it('trains undisturbed', async () => {
    start();
    const run = await ended(await queueRun());
    expect(run).toMatchObject({ state: 'succeeded', attempts: 1 });
    undisturbed = await curvesOf(run);
  });

  it('fetches again a dataset that was damaged on its disk, and stops when asked', async () => {
    const cached = join(home, 'cache', 'datasets', dataset.sha256);
    await writeFile(cached, 'damaged');
    const runner = start();
    const run = await queueRun();
    await runner.nextChild(); // starts once the dataset is there
    expect(sha256(await readFile(cached))).toBe(dataset.sha256);
    await owner.call(stopRun, { params: { run: run.id } });
    expect(await ended(run)).toMatchObject({ state: 'stopped', attempts: 1 });
  });

  it('goes on from the checkpoint when its training process is killed', async () => {
    const runner = start();
    const run = await queueRun();
    const child = await runner.nextChild();
    await checkpointOf(run);
    process.kill(child, 'SIGKILL');
    expect(await ended(run)).toMatchObject({ state: 'succeeded', attempts: 2 });
    await expectSameCurves(run);
  });

  it('gives up when its training processes are killed one after the other, as the kernel does that is out of memory; resumed, it goes on from the checkpoint', async () => {
    const runner = start();
    const run = await queueRun();
    const first = await runner.nextChild();
    await checkpointOf(run);
    await until(async () => ((await rings.read(run)).progress?.epoch ?? 0) > 1, 'a validation is told');
    process.kill(first, 'SIGKILL');
    for (let child = 0; child < 2; child++) process.kill(await runner.nextChild(), 'SIGKILL');
    expect(await ended(run)).toMatchObject({
      state: 'failed',
      reason: 'out_of_memory',
      message: expect.stringContaining('most likely for want of memory'),
    });
    await owner.call(resumeRun, { params: { run: run.id }, body: {} });
    expect(await ended(run)).toMatchObject({ state: 'succeeded', attempts: 4 });
    await expectSameCurves(run);
    const folder = join(home, 'tensorboard', 'rings', run.id);
    // Of the attempts that were killed as they began, none wrote.
    expect((await readdir(join(folder, 'train'))).length).toBe(2);
    expect((await readdir(join(folder, 'validation'))).length).toBe(2);
  });

  it('hands its job back on SIGTERM', async () => {
    const runner = start();
    const run = await queueRun();
    const child = await runner.nextChild();
    await checkpointOf(run);
    expect(await runner.end('SIGTERM')).toBe(0);
    expect(isAlive(child)).toBe(false);
    expect(await owner.call(getRun, { params: { run: run.id } })).toMatchObject({
      state: 'queued',
      attempts: 1,
    });
    start();
    expect(await ended(run)).toMatchObject({ state: 'succeeded', attempts: 2 });
    await expectSameCurves(run);
  });

  it('is followed by another when it is killed, and nothing of it counts any more', async () => {
    const runner = start();
    const run = await queueRun();
    const child = await runner.nextChild();
    const checkpoint = await checkpointOf(run);
    await runner.end('SIGKILL');
    await until(() => !isAlive(child), 'the orphaned training process ends');
    const next = start();
    await next.nextChild();

    const zombie = createClient({ baseUrl: trainyard.url, token: trainyard.runnerToken });
    const params = { job: run.job };
    const fence = 1; // the first claim's
    const point: MetricPoint = { step: 1, epoch: 1, split: 'train', name: 'loss', value: 1e9 };
    const stale = { code: 'stale_fence' };
    const query = { fence, sha256: sha256(checkpoint) };
    await expect(
      zombie.call(heartbeatJob, { params, body: { fence, progress: null } }),
    ).rejects.toMatchObject(stale);
    await expect(
      zombie.call(postJobMetrics, { params, body: { fence, points: [point] } }),
    ).rejects.toMatchObject(stale);
    await expect(zombie.call(putCheckpoint, { params, query, body: checkpoint })).rejects.toMatchObject(
      stale,
    );
    await expect(zombie.call(releaseJob, { params, body: { fence } })).rejects.toMatchObject(stale);
    await expect(zombie.call(finishJob, { params, body: { fence, state: 'stopped' } })).rejects.toMatchObject(
      stale,
    );

    expect(await ended(run)).toMatchObject({ state: 'succeeded', attempts: 2 });
    await expectSameCurves(run);
  });
});

function start(): RunnerProcess {
  const runner = startRunner(home, { url: trainyard.url, token: trainyard.runnerToken });
  runners.push(runner);
  return runner;
}

async function expectSameCurves(run: Run): Promise<void> {
  const points = await curvesOf(run);
  const epochs = points.filter(({ split, name }) => split === 'validation' && name === 'loss');
  expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: EPOCHS }, (_, i) => i + 1));
  const place = ({ value: _, ...rest }: MetricPoint) => rest;
  expect(points.map(place)).toEqual(undisturbed.map(place));
  const furthest = Math.max(...points.map(({ value }, i) => Math.abs(value - undisturbed[i]!.value)));
  expect(furthest).toBeLessThan(1e-6);
}
