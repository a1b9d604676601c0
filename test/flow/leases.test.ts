/** Leases and fences: one winner a job, no write by a worker that lost its lease, nothing counted twice. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import {
  claimJob,
  finishJob,
  getCheckpoint,
  heartbeatJob,
  type JobAssignment,
  postJobMetrics,
  postJobSnapshot,
  putArtifact,
  putCheckpoint,
  releaseJob,
} from '../../shared/api/routes/jobs.ts';
import { getModel } from '../../shared/api/routes/models.ts';
import { getRun, getRunMetrics, resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { sha256 } from '../../shared/sha256.ts';
import { encodeCheckpoint } from '../../shared/train/checkpoint.ts';
import type { TrainResult } from '../../shared/train/events.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, claim, finish, queueRun, trainArtifact } from '../helpers/edge-scenario.ts';

let edge: Edge;
let owner: Client;
let runner: Client;
let trained: TrainResult;
beforeAll(async () => {
  [edge, trained] = await Promise.all([startEdge(), trainArtifact()]);
  owner = apiOf(edge);
  runner = apiOf(edge, edge.runnerToken);
});
afterAll(() => edge?.close());

/** As if the worker had been silent for the length of a lease. */
const expire = (job: string) =>
  edge.database.execute({ sql: 'UPDATE jobs SET lease_expires_at = 1 WHERE id = ?', args: [job] });
const read = (run: string) => owner.call(getRun, { params: { run } });
const point = { step: 1, epoch: 0.1, split: 'train', name: 'loss', value: 1 } as const;
const checkpoint = new TextEncoder().encode('a checkpoint');

test('of many that claim at once, each job goes to one', async () => {
  const runs = await Promise.all([queueRun(owner), queueRun(owner), queueRun(owner)]);
  const claims = await Promise.all(
    Array.from({ length: 8 }, () =>
      runner.call(claimJob, { body: { runner: newId('runner'), run: null, device: 'test' } }),
    ),
  );
  const taken = claims.filter((one) => one !== null);
  expect(taken.map(({ run }) => run.id).sort()).toEqual(runs.map(({ run }) => run.id).sort());
  await Promise.all(taken.map((one) => finish(runner, one, trained)));
});

describe('a worker whose lease was taken over', () => {
  let stale: JobAssignment;
  let current: JobAssignment;
  beforeAll(async () => {
    await queueRun(owner);
    stale = await claim(runner);
    await expire(stale.lease.job);
    current = await claim(runner);
    expect(current.run).toMatchObject({ id: stale.run.id, attempts: 2 });
    expect(current.lease.fence).toBeGreaterThan(stale.lease.fence);
  });

  const body = checkpoint;
  const writes: [string, (at: { job: string; fence: number }) => Promise<unknown>][] = [
    [
      'heartbeat',
      ({ job, fence }) => runner.call(heartbeatJob, { params: { job }, body: { fence, progress: null } }),
    ],
    [
      'metrics',
      ({ job, fence }) => runner.call(postJobMetrics, { params: { job }, body: { fence, points: [point] } }),
    ],
    [
      'snapshot',
      ({ job, fence }) =>
        runner.call(postJobSnapshot, { params: { job }, body: { fence, snapshot: { step: 1, epoch: 1 } } }),
    ],
    [
      'checkpoint',
      ({ job, fence }) =>
        runner.call(putCheckpoint, { params: { job }, query: { fence, sha256: sha256(body) }, body }),
    ],
    [
      'artifact',
      ({ job, fence }) =>
        runner.call(putArtifact, {
          params: { job },
          query: { fence, sha256: trained.sha256 },
          body: trained.artifact,
        }),
    ],
    [
      'finish',
      ({ job, fence }) => runner.call(finishJob, { params: { job }, body: { fence, state: 'stopped' } }),
    ],
    ['release', ({ job, fence }) => runner.call(releaseJob, { params: { job }, body: { fence } })],
  ];
  test.each(writes)('cannot write: %s', async (_, write) => {
    const before = await edge.blobKeys();
    await expect(write(stale.lease)).rejects.toMatchObject({ code: 'stale_fence', status: 409 });
    // Nor with a fence that nobody was given yet, nor with the right one under another token.
    await expect(write({ ...stale.lease, fence: 99 })).rejects.toMatchObject({ code: 'stale_fence' });
    expect(await read(stale.run.id)).toMatchObject({ state: 'running', attempts: 2 });
    expect(await owner.call(getRunMetrics, { params: { run: stale.run.id } })).toEqual([]);
    expect(await edge.blobKeys()).toEqual(before);
  });

  test('leaves the run to the one that holds it; another token has no part in it', async () => {
    const { job, fence } = current.lease;
    await expect(
      owner.call(heartbeatJob, { params: { job }, body: { fence, progress: null } }),
    ).rejects.toMatchObject({ code: 'stale_fence' });
    expect(await finish(runner, current, trained)).toMatchObject({ state: 'succeeded' });
  });
});

test('finish said twice changes nothing the second time', async () => {
  const { project } = await queueRun(owner);
  const assignment = await claim(runner);
  const once = await finish(runner, assignment, trained);
  const { job, fence } = assignment.lease;
  const ending = { fence, state: 'succeeded', artifact: trained.sha256, metrics: trained.metrics } as const;
  expect(await runner.call(finishJob, { params: { job }, body: ending })).toEqual(once);
  expect((await owner.call(getModel, { params: { project, model: 'points' } })).versions).toHaveLength(1);
});

test('success needs the artifact uploaded under the lease; without it nothing changes', async () => {
  const { run } = await queueRun(owner);
  const assignment = await claim(runner);
  const { job, fence } = assignment.lease;
  const ending = { fence, state: 'succeeded', artifact: trained.sha256, metrics: trained.metrics } as const;
  await expect(runner.call(finishJob, { params: { job }, body: ending })).rejects.toMatchObject({
    code: 'invalid_artifact',
  });
  expect((await read(run.id)).state).toBe('running');
  await finish(runner, assignment, trained);
});

test('a second attempt goes on from the checkpoint, and no point is doubled', async () => {
  const { run } = await queueRun(owner);
  const first = await claim(runner);
  const { job, fence } = first.lease;
  const points = [point, { ...point, step: 2, value: 0.9 }, { ...point, step: 3, value: 0.8 }];
  await runner.call(postJobMetrics, { params: { job }, body: { fence, points } });
  await runner.call(putCheckpoint, {
    params: { job },
    query: { fence, sha256: sha256(checkpoint) },
    body: checkpoint,
  });
  await expire(job);
  const second = await claim(runner);
  expect(second.hasCheckpoint).toBe(true);
  expect(await (await runner.call(getCheckpoint, { params: { job } })).text()).toBe('a checkpoint');
  await runner.call(postJobMetrics, {
    params: { job },
    body: { fence: second.lease.fence, points: points.slice(1) },
  });
  expect(await owner.call(getRunMetrics, { params: { run: run.id } })).toEqual(points);
  await finish(runner, second, trained);
});

test('a checkpoint that was long on its way does not replace one that is further', async () => {
  await queueRun(owner);
  const { lease } = await claim(runner);
  const { job, fence } = lease;
  const at = (step: number) =>
    encodeCheckpoint({
      ...{ specHash: sha256(CSV), continuation: sha256(CSV), datasetSha256: sha256(CSV), executor: 'wasm' },
      position: { epoch: 0, step, bestLoss: null, waited: 0 },
      tensors: [new Float32Array([step])],
    });
  const [early, late] = [at(10), at(20)];
  for (const body of [early, late, early, late])
    await runner.call(putCheckpoint, { params: { job }, query: { fence, sha256: sha256(body) }, body });
  const kept = await runner.call(getCheckpoint, { params: { job } });
  expect(sha256(new Uint8Array(await kept.arrayBuffer()))).toBe(sha256(late));
  const keys = (await edge.blobKeys()).filter((key) => key.includes(job));
  expect(keys).toEqual([expect.stringContaining(sha256(late))]);
  await runner.call(releaseJob, { params: { job }, body: { fence } });
  await owner.call(stopRun, { params: { run: lease.run } });
});

test('a stop reaches the worker with its heartbeat; the run can be resumed', async () => {
  const { run } = await queueRun(owner);
  const { lease } = await claim(runner);
  await owner.call(stopRun, { params: { run: run.id } });
  const progress = { phase: 'training', step: 3, totalSteps: 9, epoch: 1, epochs: 3, etaMs: null };
  const beat = await runner.call(heartbeatJob, {
    params: { job: lease.job },
    body: { fence: lease.fence, progress },
  });
  expect(beat.stopRequested).toBe(true);
  expect((await read(run.id)).progress).toEqual(progress);
  await runner.call(finishJob, {
    params: { job: lease.job },
    body: { fence: lease.fence, state: 'stopped' },
  });
  expect(await read(run.id)).toMatchObject({ state: 'stopped', endedAt: expect.any(String) });

  expect(await owner.call(resumeRun, { params: { run: run.id }, body: {} })).toMatchObject({
    state: 'queued',
    stopRequested: false,
    endedAt: null,
  });
  const second = await claim(runner);
  expect(second.run).toMatchObject({ id: run.id, attempts: 2 });
  await finish(runner, second, trained);
  await expect(owner.call(resumeRun, { params: { run: run.id }, body: {} })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a queued run that is stopped ends at once, and nobody can claim it', async () => {
  const { run } = await queueRun(owner);
  expect(await owner.call(stopRun, { params: { run: run.id } })).toMatchObject({ state: 'stopped' });
  expect(
    await runner.call(claimJob, { body: { runner: newId('runner'), run: null, device: 'x' } }),
  ).toBeNull();
});

test('a job whose workers crash again and again fails in the end', async () => {
  const { run } = await queueRun(owner);
  for (let attempt = 1; attempt <= 5; attempt++) {
    // it would wait longer each time
    await edge.database.execute({ sql: 'UPDATE jobs SET not_before = 1 WHERE run = ?', args: [run.id] });
    const { lease } = await claim(runner);
    const body = { fence: lease.fence, reason: 'crashed' } as const;
    await runner.call(releaseJob, { params: { job: lease.job }, body });
    expect((await read(run.id)).state).toBe(attempt < 5 ? 'queued' : 'failed');
  }
  expect(await read(run.id)).toMatchObject({ reason: 'runner_lost', attempts: 5 });
});

describe('a run in the browser', () => {
  test('is for its owner alone', async () => {
    const { run } = await queueRun(owner, { on: 'browser' });
    expect(
      await runner.call(claimJob, { body: { runner: newId('runner'), run: null, device: 'x' } }),
    ).toBeNull();
    await expect(claim(runner, run.id)).rejects.toMatchObject({ code: 'forbidden' });
    const assignment = await claim(owner, run.id);
    await expect(claim(owner, run.id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await finish(owner, assignment, trained)).toMatchObject({ state: 'succeeded', on: 'browser' });
  });

  test('whose tab is gone has failed as runner_lost, by the alarm, and can be resumed', {
    timeout: 60_000,
  }, async () => {
    const { run } = await queueRun(owner, { on: 'browser' });
    await claim(owner, run.id);
    // The lease runs out by itself: nobody touches the database here.
    await vi.waitFor(async () => expect((await read(run.id)).state).toBe('failed'), {
      timeout: 30_000,
      interval: 500,
    });
    expect(await read(run.id)).toMatchObject({ reason: 'runner_lost' });
    await owner.call(resumeRun, { params: { run: run.id }, body: {} });
    expect((await claim(owner, run.id)).run.attempts).toBe(2);
  });
});
