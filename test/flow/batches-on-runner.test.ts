/** Batch predictions that a runner works on: the same bytes as from the edge, whoever hands them on, and nothing from one that no longer holds them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BatchAssignment,
  claimBatch,
  heartbeatBatch,
  postBatchProgress,
  putBatchPart,
  readBatchSource,
  releaseBatch,
} from '../../shared/api/routes/batches.ts';
import { putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { listRunners } from '../../shared/api/routes/jobs.ts';
import { cancelBatch, createBatch, getBatch, getBatchOutput } from '../../shared/api/routes/predictions.ts';
import { toDataUrl } from '../../shared/data/encode-png.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { type BatchPlace, type BatchPrediction, isOver } from '../../shared/schema/prediction-job.ts';
import { type RunnerProcess, startRunner, until } from '../faults/runner-process.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, pushDataset, SPEC, serveModel } from '../helpers/edge-scenario.ts';

let edge: Edge;
let home: string;
const endpoint = 'points';
const owner = () => apiOf(edge);
const runners = () => apiOf(edge, edge.runnerToken);
beforeAll(async () => {
  edge = await startEdge();
  home = await mkdtemp(join(tmpdir(), 'trainyard-batches-'));
  await serveModel(owner(), endpoint, { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
  const pictures = {
    bytes: PICTURES,
    format: 'pictures',
    type: 'application/zip',
    spec: OF_PICTURES,
  } as const;
  await serveModel(owner(), 'shade', pictures);
});
afterAll(async () => {
  await edge?.close();
  await rm(home, { recursive: true, force: true });
});

const rowsOf = (count: number) =>
  `id,a,b\n${Array.from({ length: count }, (_, i) => `${i},${i % 50 === 7 ? 'many' : i % 20},${(i * 7) % 23}\n`).join('')}`;

async function push(bytes: string | Uint8Array, type = 'text/csv', project = endpoint): Promise<string> {
  const given = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : new Uint8Array(bytes);
  return (await pushDataset(owner(), project, { name: newId('dataset').slice(3), bytes: given, type })).id;
}
const begin = (datasetVersion: string, on: BatchPlace = 'runner', at = endpoint) =>
  owner().call(createBatch, { params: { endpoint: at }, body: { datasetVersion, on } });
const read = ({ id, endpoint }: BatchPrediction) =>
  owner().call(getBatch, { params: { endpoint, batch: id } });
async function outputOf({ id, endpoint }: BatchPrediction): Promise<string> {
  return (await owner().call(getBatchOutput, { params: { endpoint, batch: id } })).text();
}

const PICTURES = packZip(
  Array.from({ length: 40 }, (_, i) => {
    const data = new Uint8Array(16).fill((i % 2 ? 200 : 20) + i);
    const url = toDataUrl({ width: 4, height: 4, channels: 1, data });
    const bytes = new Uint8Array(Buffer.from(url.split(',')[1]!, 'base64'));
    return { path: `${i % 2 ? 'light' : 'dark'}/${i}.png`, bytes };
  }),
);
const OF_PICTURES = NetworkPipeline.parse({
  ...SPEC,
  features: [
    { column: 'image', steps: [{ type: 'image', height: 4, width: 4, channels: 1, scale: 'zero-one' }] },
  ],
  model: [{ type: 'flatten' }, { type: 'dense', units: 4, activation: 'relu' }],
});

describe('what a runner may do with one', () => {
  const runner = newId('runner');
  const ask = () => runners().call(claimBatch, { body: { runner } });
  const claimed = () => until(ask, 'the edge has made it ready');
  const keyOf = ({ batch, fence }: BatchAssignment) => ({ params: { batch }, fence });
  const put = (assignment: BatchAssignment, part: number, text: string) => {
    const { params, fence } = keyOf(assignment);
    return runners().call(putBatchPart, {
      params: { ...params, part: String(part) },
      query: { fence },
      body: new TextEncoder().encode(text),
    });
  };
  const post = (assignment: BatchAssignment, part: number, offset: number, size: number) => {
    const { params, fence } = keyOf(assignment);
    const progress = { ...assignment.progress, offset, size, rows: part + 1, busyMs: 5 };
    return runners().call(postBatchProgress, { params, body: { fence, part, progress } });
  };

  it('reads it, writes it part by part, and each part counts once', async () => {
    const text = rowsOf(10);
    const batch = await begin(await push(text));
    expect(batch).toMatchObject({ on: 'runner', runner: null, state: 'queued' });
    const assignment = await claimed();
    expect(assignment).toMatchObject({
      ...{ batch: batch.id, parts: 0, sourceSize: text.length },
      models: [{ name: endpoint, version: 1 }],
      progress: { offset: 0, rows: 0 },
    });
    expect(await ask()).toBeNull();
    const { params, fence } = keyOf(assignment);
    const query = { fence, offset: 3, length: 4 };
    expect(await (await runners().call(readBatchSource, { params, query })).text()).toBe(text.slice(3, 7));
    await runners().call(heartbeatBatch, { params, body: { fence } });

    await expect(put(assignment, 1, 'x')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('expected part 0'),
    });
    await expect(post(assignment, 0, 20, 6)).rejects.toMatchObject({
      code: 'conflict',
      message: 'part 0 has no bytes, and the progress counts 6',
    });
    await put(assignment, 0, 'first\n');
    await expect(post(assignment, 0, 20, 7)).rejects.toMatchObject({ code: 'conflict' });
    await post(assignment, 0, 20, 6);
    await post(assignment, 0, 20, 6);
    expect(await read(batch)).toMatchObject({ state: 'running', runner, rows: { done: 1 }, size: 6 });

    await put(assignment, 1, 'last\n');
    await post(assignment, 1, text.length, 11);
    await post(assignment, 1, text.length, 11);
    expect(await read(batch)).toMatchObject({ state: 'succeeded', size: 11 });
    expect(await outputOf(batch)).toBe('first\nlast\n');
    await expect(runners().call(heartbeatBatch, { params, body: { fence } })).rejects.toMatchObject({
      code: 'stale_fence',
    });
  });

  it('may hand it back, and then no longer write', async () => {
    const batch = await begin(await push(rowsOf(11)));
    const first = await claimed();
    await put(first, 0, 'first\n');
    const { params, fence } = keyOf(first);
    await runners().call(releaseBatch, { params, body: { fence, error: null } });
    expect((await read(batch)).state).toBe('queued');
    const second = await claimed();
    expect(second).toMatchObject({ batch: batch.id, fence: fence + 1, parts: 0 });
    for (const late of [put(first, 0, 'late'), post(first, 0, 20, 6)])
      await expect(late).rejects.toMatchObject({ code: 'stale_fence' });
    await owner().call(cancelBatch, { params: { endpoint, batch: batch.id } });
    await expect(put(second, 0, 'late')).rejects.toMatchObject({ code: 'stale_fence' });
    expect(await ask()).toBeNull();
  });

  it('ends it by what is wrong with it, and by what is not only in the end', async () => {
    const error = { code: 'invalid_data', message: 'row 3 is longer than 8 bytes' };
    const bad = await begin(await push(rowsOf(12)));
    const { params, fence } = keyOf(await claimed());
    await runners().call(releaseBatch, { params, body: { fence, error } });
    expect(await read(bad)).toMatchObject({ state: 'failed', error });

    const unlucky = await begin(await push(rowsOf(13)));
    for (let i = 1; i <= 5; i++) {
      await edge.database.execute({
        sql: 'UPDATE prediction_jobs SET due_at = 0 WHERE id = ? AND attempts > 0',
        args: [unlucky.id],
      });
      const { params, fence } = keyOf(await claimed());
      const error = { code: 'internal', message: `killed ${i}` };
      await runners().call(releaseBatch, { params, body: { fence, error } });
      expect(await read(unlucky)).toMatchObject({ state: 'running', error: null });
    }
    await edge.database.execute({
      sql: 'UPDATE prediction_jobs SET due_at = 0 WHERE id = ?',
      args: [unlucky.id],
    });
    expect(await ask()).toBeNull();
    expect(await read(unlucky)).toMatchObject({
      state: 'failed',
      error: { code: 'internal', message: 'it was begun 5 times and never ended: killed 5' },
    });
  });

  it('is not another workspace’s', async () => {
    const batch = await begin(await push(rowsOf(14)));
    const assignment = await claimed();
    const theirs = apiOf(edge, edge.strangerToken);
    expect(await theirs.call(claimBatch, { body: { runner } })).toBeNull();
    const { params, fence } = keyOf(assignment);
    await expect(theirs.call(heartbeatBatch, { params, body: { fence } })).rejects.toMatchObject({
      code: 'not_found',
    });
    await owner().call(cancelBatch, { params: { endpoint, batch: batch.id } });
  });
});

describe('a real runner', { timeout: 120_000 }, () => {
  let runner: RunnerProcess;
  const start = () => startRunner(home, { url: edge.url, token: edge.runnerToken }, 'wasm');
  const ended = (batch: BatchPrediction) =>
    until(async () => {
      const now = await read(batch);
      return isOver(now.state) ? now : null;
    }, 'the batch has ended');
  beforeAll(() => {
    runner = start();
  });
  afterAll(() => runner?.end('SIGTERM'));

  /** By the edge and by the runner: the same. */
  async function expectSame(datasetVersion: string, at = endpoint): Promise<BatchPrediction> {
    const [here, there] = [
      await begin(datasetVersion, 'edge', at),
      await begin(datasetVersion, 'runner', at),
    ];
    const done = await ended(there);
    expect(done).toMatchObject({ state: 'succeeded', error: null, runner: expect.stringMatching(/^rnr_/) });
    const { rows, failures } = await ended(here);
    expect(done).toMatchObject({ rows, failures });
    expect(await outputOf(there)).toBe(await outputOf(here));
    return done;
  }

  it('predicts a table as the edge does, byte by byte', async () => {
    const { rows, failures } = await expectSame(await push(rowsOf(5000)));
    expect(rows).toEqual({ total: 5000, done: 5000, failed: 100 });
    expect(failures[0]).toEqual({ row: 8, message: expect.stringContaining('feature "a" is "many"') });
  });

  it('what the edge unpacks for it', async () => {
    await expectSame(await push(gzipSync(rowsOf(2000))));
  });

  it('pictures of a zip', async () => {
    const { rows } = await expectSame(await push(PICTURES, 'application/zip', 'shade'), 'shade');
    expect(rows).toEqual({ total: 40, done: 40, failed: 0 });
  });

  it('by a graph of models', async () => {
    const steps = [{ name: 'one', model: endpoint }, { model: endpoint }];
    await owner().call(putEndpoint, {
      params: { endpoint: 'both' },
      body: { project: endpoint, graph: { nodes: { root: { type: 'ensemble', steps } } } },
    });
    await expectSame(await push(rowsOf(700)), 'both');
  });

  it('hands it back when it is told to end, and another goes on', async () => {
    const datasetVersion = await push(rowsOf(150_000));
    const batch = await begin(datasetVersion);
    await until(async () => (await read(batch)).rows.done > 0, 'it has got on');
    const { dataset } = await read(batch);
    const [{ batches } = {}] = await owner().call(listRunners, {});
    expect(batches).toEqual([
      {
        ...{ id: batch.id, dataset: dataset.name, endpoint, project: endpoint },
        share: expect.toSatisfy((share: number) => share > 0 && share < 1),
      },
    ]);
    expect(await runner.end('SIGTERM')).toBe(0);
    const { state, rows } = await read(batch);
    expect(state).toBe('queued');
    expect(rows.done).toBeLessThan(150_000);
    runner = start();
    expect(await ended(batch)).toMatchObject({ state: 'succeeded', rows: { done: 150_000, failed: 3000 } });
    const whole = await begin(datasetVersion, 'edge');
    await ended(whole);
    expect(await outputOf(batch)).toBe(await outputOf(whole));
  });

  it('lets go of one that is cancelled', async () => {
    const batch = await begin(await push(`${rowsOf(150_000)}0,0,0\n`));
    await until(async () => (await read(batch)).rows.done > 0, 'it has got on');
    const { state } = await owner().call(cancelBatch, { params: { endpoint, batch: batch.id } });
    expect(state).toBe('cancelled');
    await until(
      () => runner.said.some((line) => line.message === 'job ended' && line.batch === batch.id),
      'it has let go',
    );
    expect(runner.said.find((line) => line.batch === batch.id && line.outcome)).toMatchObject({
      outcome: 'lost',
    });
  });
});
