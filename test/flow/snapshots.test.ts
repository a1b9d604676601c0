/** What a model says on its way: taken from whoever holds the lease, thinned out, told live, and read by its owner alone. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import { openLive } from '../../shared/api/live.ts';
import { heartbeatJob, type JobAssignment, postJobSnapshot } from '../../shared/api/routes/jobs.ts';
import { getRun, getRunSnapshots } from '../../shared/api/routes/runs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { plainCandidate } from '../../shared/executors/plain/plain-candidate.ts';
import type { LiveEvent } from '../../shared/schema/live.ts';
import { SNAPSHOT_BYTES, SNAPSHOTS_KEPT, type Snapshot } from '../../shared/schema/snapshot.ts';
import { sha256 } from '../../shared/sha256.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, claim, queueRun, SPEC } from '../helpers/edge-scenario.ts';

let edge: Edge;
let owner: Client;
let runner: Client;
let assignment: JobAssignment;
/** Of a real training, with all its parts. */
let whole: Snapshot;

beforeAll(async () => {
  edge = await startEdge();
  owner = apiOf(edge);
  runner = apiOf(edge, edge.runnerToken);
  await queueRun(owner);
  assignment = await claim(runner);
  const table = loadDataset(CSV, 'csv');
  const training = trainPipeline([plainCandidate('here')], {
    ...{ spec: { ...SPEC, model: [] }, table, datasetSha256: sha256(CSV) },
  });
  for (let next = await training.next(); !next.done; next = await training.next())
    if (next.value.type === 'snapshot') whole = next.value.snapshot;
});
afterAll(() => edge?.close());

const read = (api = owner) => api.call(getRunSnapshots, { params: { run: assignment.run.id } });
const post = (snapshot: Snapshot, fence = assignment.lease.fence, api = runner) =>
  api.call(postJobSnapshot, { params: { job: assignment.lease.job }, body: { fence, snapshot } });

test('what is posted is read and told live, and the last of a step counts', async () => {
  expect(Object.keys(whole).sort()).toEqual(
    ['confusion', 'descent', 'epoch', 'samples', 'step', 'surface', 'weights'].sort(),
  );
  expect(await read()).toEqual([]);
  const heard: LiveEvent[] = [];
  let isOpen = false;
  const live = openLive(
    { baseUrl: edge.url, token: edge.ownerToken, topics: [`run:${assignment.run.id}`] },
    (event) => heard.push(event),
    (state) => {
      isOpen = state === 'open';
    },
  );
  await vi.waitFor(() => expect(isOpen).toBe(true), 10_000);
  await post({ ...whole, epoch: 0.5 });
  await post(whole);
  await post(whole);
  expect(await read()).toEqual([whole]);
  await vi.waitFor(() => expect(heard).toHaveLength(3), 10_000);
  expect(heard.at(-1)).toEqual({ type: 'snapshot', run: assignment.run.id, snapshot: whole });
  live.close();
});

test('of many some stay: the first, the last, and those between', async () => {
  const steps = Array.from({ length: SNAPSHOTS_KEPT + 6 }, (_, i) => 1000 + 10 * i);
  for (const step of steps) await post({ step, epoch: step / 10 });
  const kept = (await read()).map(({ step }) => step);
  expect(kept).toHaveLength(SNAPSHOTS_KEPT);
  expect([kept[0], kept.at(-1)]).toEqual([whole.step, steps.at(-1)]);
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));
});

test('a stale fence and other workspaces have no part in it', async () => {
  const before = await read();
  const stranger = apiOf(edge, edge.strangerToken);
  await expect(post(whole, 99)).rejects.toMatchObject({ code: 'stale_fence' });
  // the right fence under another token of the workspace
  await expect(post(whole, assignment.lease.fence, owner)).rejects.toMatchObject({ code: 'stale_fence' });
  await expect(post(whole, assignment.lease.fence, stranger)).rejects.toMatchObject({ code: 'not_found' });
  await expect(read(stranger)).rejects.toMatchObject({ code: 'not_found' });
  await expect(read(runner)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await read()).toEqual(before);
});

test('what is no snapshot, or too large a one, is refused', async () => {
  const before = await read();
  const wrong = { ...whole, confusion: { ...whole.confusion!, counts: [[-1]] } };
  await expect(post(wrong)).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('snapshot.confusion.counts'),
  });
  const picture = 'x'.repeat(40_000);
  const row = { ...whole.samples!.rows[0]!, row: { a: { picture } } };
  const large = { ...whole, samples: { rows: [row, row, row, row], hidden: 0 } };
  await expect(post(large)).rejects.toMatchObject({ code: 'too_large' });
  // two-byte letters: fewer of them than bytes
  const text = { ...whole.samples!.rows[0]!, row: { a: { picture: 'ä'.repeat(20_000) } } };
  const fits = { ...whole, samples: { rows: [text, text], hidden: 0 } };
  expect(JSON.stringify(fits).length).toBeLessThan(SNAPSHOT_BYTES);
  await post(fits);
  expect(await read()).toHaveLength(before.length);
});

test('a heartbeat tells what the training holds in memory', async () => {
  const { job, fence } = assignment.lease;
  const body = { fence, progress: null, memoryBytes: 120_000_000 };
  await runner.call(heartbeatJob, { params: { job }, body });
  expect(await owner.call(getRun, { params: { run: assignment.run.id } })).toMatchObject({
    memoryBytes: 120_000_000,
  });
  await expect(
    runner.call(heartbeatJob, { params: { job }, body: { ...body, memoryBytes: -1 } }),
  ).rejects.toMatchObject({ code: 'invalid_request' });
});
