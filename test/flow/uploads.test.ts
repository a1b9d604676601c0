/** Uploads that are refused: a clear error, and nothing left behind. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import { deleteDataset, getDataset, putDataset, SHA256_HEADER } from '../../shared/api/routes/datasets.ts';
import { finishJob, putArtifact, putCheckpoint } from '../../shared/api/routes/jobs.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { getWeights, listWeights, putWeights } from '../../shared/api/routes/weights.ts';
import { sha256 } from '../../shared/sha256.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import {
  apiOf,
  CSV,
  claim,
  finish,
  pushDataset,
  queueRun,
  SPEC,
  trainArtifact,
} from '../helpers/edge-scenario.ts';

let edge: Edge;
let owner: Client;
beforeAll(async () => {
  edge = await startEdge();
  owner = apiOf(edge);
});
afterAll(() => edge?.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const versions = async () => (await edge.database.execute('SELECT id FROM dataset_versions')).rows.length;

describe('a dataset', () => {
  const datasets = async () => (await edge.database.execute('SELECT id FROM datasets')).rows.length;
  afterEach(async () => {
    expect([await datasets(), await versions(), await edge.blobKeys()]).toEqual([0, 0, []]);
  });

  test.each([
    ['is empty', bytes(''), 'invalid_data'],
    ['has a header only', bytes('a,b\n'), 'invalid_data'],
    ['has ragged rows', bytes('a,b\n1,2\n3\n'), 'invalid_data'],
    ['has an unclosed quote', bytes('a,b\n"1,2\n3,4\n'), 'invalid_data'],
    ['is not UTF-8', Uint8Array.of(97, 44, 98, 10, 0xff, 0xfe, 44, 49, 10), 'invalid_data'],
    ['has a bad last row after 2 MB', bytes(`a,b\n${'1,2\n'.repeat(500_000)}3\n`), 'invalid_data'],
    ['has a bad first row before 2 MB', bytes(`a,b\n3\n${'1,2\n'.repeat(500_000)}`), 'invalid_data'],
  ])('that %s', async (_, body, code) => {
    await expect(pushDataset(owner, 'default', { bytes: body })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/\w{3}/),
    });
  });

  test('whose hash is not the promised one', async () => {
    const hash = sha256(bytes('something else'));
    await expect(pushDataset(owner, 'default', { hash })).rejects.toMatchObject({
      code: 'invalid_data',
      message: expect.stringContaining(hash),
    });
  });

  test.each([
    ['no hash', { hash: '' }, 'invalid_request', SHA256_HEADER],
    ['another type', { type: 'application/pdf' }, 'unsupported', 'application/pdf'],
    ['zip as its type, though it is none', { type: 'application/zip' }, 'invalid_data', ''],
  ])('with %s', async (_, change, code, named) => {
    await expect(pushDataset(owner, 'default', change)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(named),
    });
  });
});

test('bytes that one dataset holds survive a bad upload of them and the end of another that holds them too', async () => {
  await pushDataset(owner, 'default', { name: 'one' });
  await pushDataset(owner, 'default', { name: 'two' });
  await expect(pushDataset(owner, 'default', { name: 'bad', type: 'application/zip' })).rejects.toMatchObject(
    {
      code: 'invalid_data',
    },
  );
  expect(await edge.blobKeys()).toHaveLength(1);
  await owner.call(deleteDataset, { params: { project: 'default', dataset: 'two' } });
  expect(await edge.blobKeys()).toHaveLength(1);
  await owner.call(deleteDataset, { params: { project: 'default', dataset: 'one' } });
  expect(await edge.blobKeys()).toEqual([]);
});

test('a large file goes through as a stream', { timeout: 60_000 }, async () => {
  const body = bytes(`a,b\n${'12345.25,some text of a category\n'.repeat(600_000)}`);
  const version = await pushDataset(owner, 'default', { name: 'large', bytes: body });
  expect(version).toMatchObject({ size: body.length, profile: { rows: 600_000 } });
  await owner.call(deleteDataset, { params: { project: 'default', dataset: 'large' } });
});

test('a dataset that a run uses stays', async () => {
  const { project } = await queueRun(owner);
  const at = { params: { project, dataset: 'points' } };
  await expect(owner.call(deleteDataset, at)).rejects.toMatchObject({ code: 'conflict' });
  expect((await owner.call(getDataset, at)).versions).toHaveLength(1);
  await owner.call(putDataset, {
    ...at,
    body: CSV,
    headers: { 'content-type': 'text/csv', [SHA256_HEADER]: sha256(CSV) },
  });
  await claim(owner);
});

test('a pipeline that does not fit its data makes no run', async () => {
  const dataset = await pushDataset(owner, 'default', { name: 'points' });
  const wrong = { ...SPEC, target: 'nowhere' };
  const pipeline = await owner.call(putPipeline, {
    params: { project: 'default', pipeline: 'wrong' },
    body: wrong,
  });
  const body = {
    datasetVersion: dataset.id,
    pipelineVersion: pipeline.id,
    model: 'x',
    on: 'runner' as const,
  };
  await expect(owner.call(createRun, { params: { project: 'default' }, body })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('nowhere'),
  });
  const { rows } = await edge.database.execute("SELECT id FROM runs WHERE model = 'x'");
  expect(rows).toEqual([]);
});

describe('weights', () => {
  const put = (body: Uint8Array<ArrayBuffer>, weights = sha256(body)) =>
    owner.call(putWeights, { params: { weights }, body });

  test('are kept under their hash, and come back as they were', async () => {
    const body = bytes('weights of something');
    expect(await put(body)).toEqual({ sha256: sha256(body), bytes: body.length });
    const kept = await owner.call(getWeights, { params: { weights: sha256(body) } });
    expect(new Uint8Array(await kept.arrayBuffer())).toEqual(body);
  });

  test('that are not what was promised are refused, and those that are not there are not found', async () => {
    const hash = sha256(bytes('something else'));
    await expect(put(bytes('these'), hash)).rejects.toMatchObject({ code: 'invalid_data' });
    await expect(owner.call(getWeights, { params: { weights: hash } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('that a definition begins with must be there before it is run', async () => {
    const dataset = await pushDataset(owner, 'default', { name: 'begun' });
    const weights = sha256(bytes('weights that come late'));
    const { id: pipelineVersion } = await owner.call(putPipeline, {
      params: { project: 'default', pipeline: 'begun' },
      body: { ...SPEC, initialWeights: weights },
    });
    const body = { datasetVersion: dataset.id, pipelineVersion, model: 'begun', on: 'runner' as const };
    const run = () => owner.call(createRun, { params: { project: 'default' }, body });
    await expect(run()).rejects.toMatchObject({
      code: 'invalid_pipeline',
      message: expect.stringContaining(weights),
    });
    await put(bytes('weights that come late'));
    expect((await run()).state).toBe('queued');
    const [mobilenet] = await owner.call(listWeights, {});
    expect(mobilenet).toMatchObject({ backbone: 'mobilenet-v1', available: false });
  });
});

describe('an artifact', () => {
  test.each([
    [
      'with a flipped byte',
      (good: Uint8Array) => good.with(Math.floor(good.length / 2), ~good[good.length >> 1]! & 255),
    ],
    ['cut short', (good: Uint8Array) => good.slice(0, -20)],
    ['that is something else', () => bytes('PK not a zip')],
  ])('%s is refused, under its own hash or the promised one', async (_, spoil) => {
    const trained = await trainArtifact();
    await queueRun(owner);
    const assignment = await claim(owner);
    const { job, fence } = assignment.lease;
    const before = await edge.blobKeys();
    const body = spoil(trained.artifact) as Uint8Array<ArrayBuffer>;
    for (const hash of [trained.sha256, sha256(body)])
      await expect(
        owner.call(putArtifact, { params: { job }, query: { fence, sha256: hash }, body }),
      ).rejects.toMatchObject({ code: 'invalid_artifact', status: 422 });
    await expect(
      owner.call(putCheckpoint, { params: { job }, query: { fence, sha256: trained.sha256 }, body }),
    ).rejects.toMatchObject({ code: 'invalid_artifact' });
    expect(await edge.blobKeys()).toEqual(before);
    const ending = { fence, state: 'succeeded', artifact: trained.sha256, metrics: trained.metrics } as const;
    await expect(owner.call(finishJob, { params: { job }, body: ending })).rejects.toMatchObject({
      code: 'invalid_artifact',
    });
    expect(await finish(owner, assignment, trained)).toMatchObject({ state: 'succeeded' });
  });
});
