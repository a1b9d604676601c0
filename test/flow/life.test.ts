/** The whole life of a model over HTTP: file → version → run → artifact → registry → endpoint → prediction → traffic. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getDatasetContent, listDatasets } from '../../shared/api/routes/datasets.ts';
import {
  deleteEndpoint,
  getEndpoint,
  getEndpointTraffic,
  predict,
  putEndpoint,
} from '../../shared/api/routes/endpoints.ts';
import {
  claimJob,
  getCheckpoint,
  listRunners,
  postJobMetrics,
  putCheckpoint,
  registerRunner,
} from '../../shared/api/routes/jobs.ts';
import { getModel, getModelArtifact, listModels, putModelAlias } from '../../shared/api/routes/models.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createToken, getProject } from '../../shared/api/routes/projects.ts';
import { pingEndpoint, score } from '../../shared/api/routes/protocols.ts';
import { createRun, getRunMetrics, listRuns } from '../../shared/api/routes/runs.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { sha256 } from '../../shared/sha256.ts';
import type { TrainResult } from '../../shared/train/events.ts';
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
import { startWasm } from '../helpers/wasm-candidate.ts';

let edge: Edge;
let trained: TrainResult;
beforeAll(async () => {
  [edge, trained] = await Promise.all([startEdge(), trainArtifact()]);
});
afterAll(() => edge?.close());

const instances = [
  { a: 1, b: 2 },
  { a: 19, b: 20 },
];

test('a file becomes a served model', async () => {
  const owner = apiOf(edge);
  const runner = apiOf(edge, edge.runnerToken);
  const { project, dataset, run } = await queueRun(owner);
  expect(dataset).toMatchObject({ version: 1, sha256: sha256(CSV), size: CSV.length, profile: { rows: 60 } });
  const content = await runner.call(getDatasetContent, { params: { version: dataset.id } });
  expect(content.headers.get('content-type')).toBe('text/csv');
  expect(new Uint8Array(await content.arrayBuffer())).toEqual(CSV);

  // The same again gives the same versions.
  expect(await pushDataset(owner, project)).toEqual(dataset);
  const again = await owner.call(putPipeline, { params: { project, pipeline: 'points' }, body: SPEC });
  expect(again.version).toBe(1);
  const other = { ...SPEC, training: { ...SPEC.training, seed: 2 } };
  expect(
    await owner.call(putPipeline, { params: { project, pipeline: 'points' }, body: other }),
  ).toMatchObject({
    version: 2,
  });

  const assignment = await claim(runner);
  const { job, fence } = assignment.lease;
  expect(assignment).toMatchObject({
    run: { id: run.id, state: 'running', attempts: 1 },
    dataset: { id: dataset.id },
    pipeline: { spec: SPEC },
    hasCheckpoint: false,
  });

  const point = { step: 5, epoch: 1, split: 'train', name: 'loss', value: 0.5 } as const;
  await runner.call(postJobMetrics, {
    params: { job },
    body: { fence, points: [point, { ...point, step: 10 }] },
  });
  await runner.call(postJobMetrics, {
    params: { job },
    body: { fence, points: [{ ...point, value: 0.25 }] },
  });
  expect(await owner.call(getRunMetrics, { params: { run: run.id } })).toEqual([
    { ...point, value: 0.25 },
    { ...point, step: 10 },
  ]);

  for (const text of ['first', 'second']) {
    const body = new TextEncoder().encode(text);
    await runner.call(putCheckpoint, { params: { job }, query: { fence, sha256: sha256(body) }, body });
  }
  expect(await (await runner.call(getCheckpoint, { params: { job } })).text()).toBe('second');
  expect((await edge.blobKeys()).filter((key) => key.includes('/checkpoints/'))).toHaveLength(1);

  const done = await finish(runner, assignment, trained);
  expect(done).toMatchObject({ state: 'succeeded', artifact: trained.sha256, metrics: trained.metrics });

  const model = await owner.call(getModel, { params: { project, model: 'points' } });
  expect(model).toMatchObject({
    latest: { id: done.modelVersion, version: 1, run: run.id, artifact: trained.sha256 },
    aliases: {},
    versions: [{ inputs: [{ name: 'a' }, { name: 'b' }], output: { classes: ['high', 'low'] } }],
  });
  const alias = { params: { project, model: 'points', alias: 'champion' } };
  expect((await owner.call(putModelAlias, { ...alias, body: { version: 1 } })).aliases).toEqual({
    champion: 1,
  });
  await expect(owner.call(putModelAlias, { ...alias, body: { version: 2 } })).rejects.toMatchObject({
    code: 'not_found',
  });
  const bytes = await (
    await owner.call(getModelArtifact, { params: { version: model.latest.id } })
  ).arrayBuffer();
  expect(sha256(new Uint8Array(bytes))).toBe(trained.sha256);

  const shares = [{ modelVersion: model.latest.id, traffic: 100 }];
  await owner.call(putEndpoint, { params: { endpoint: 'points' }, body: { deployments: shares } });
  const { secret } = await owner.call(createToken, {
    body: { name: 'app', scope: 'endpoint', endpoint: 'points' },
  });
  const caller = apiOf(edge, secret);
  const answer = await caller.call(predict, { params: { endpoint: 'points' }, body: { instances } });
  const reference = await createPredictor(decodeArtifact(trained.artifact), await startWasm());
  expect(answer).toMatchObject({ model: { name: 'points', version: 1 } });
  expect(answer.predictions).toEqual(await reference.predict(instances));
  expect(answer.predictions.map((one) => 'label' in one && one.label)).toEqual(['low', 'high']);

  const scoring = { params: { endpoint: 'points' } };
  expect(await caller.call(pingEndpoint, scoring)).toEqual({ ready: true });
  const split = { columns: ['b', 'a'], data: instances.map(({ a, b }) => [b, a]) };
  expect(await caller.call(score, { ...scoring, body: { dataframe_split: split } })).toEqual({
    predictions: ['low', 'high'],
  });
  await expect(caller.call(score, { ...scoring, body: {} })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('expected exactly one of "dataframe_split"'),
  });

  await expect(
    caller.call(predict, { params: { endpoint: 'points' }, body: { instances: [{ a: 'one', b: 2 }] } }),
  ).rejects.toMatchObject({ code: 'invalid_data', message: expect.stringMatching(/a.*one/) });
  await vi.waitFor(async () => {
    const { buckets, recent } = await owner.call(getEndpointTraffic, { params: { endpoint: 'points' } });
    expect(recent.map(({ status, summary }) => [status, summary])).toEqual([
      [422, 'invalid_data'],
      [400, 'invalid_request'],
      [200, 'low +1'],
      [200, 'low +1'],
    ]);
    expect(
      buckets.reduce((sum, { requests, errors }) => [sum[0]! + requests, sum[1]! + errors], [0, 0]),
    ).toEqual([4, 2]);
  });

  const { counts } = await owner.call(getProject, { params: { project } });
  expect(counts).toEqual({ datasets: 1, runs: 1, models: 1, endpoints: 1 });
  expect(await owner.call(listRuns, { params: { project } })).toEqual([done]);
  expect(await owner.call(listDatasets, { params: { project } })).toMatchObject([
    { name: 'points', latest: dataset },
  ]);
  expect(await owner.call(listModels, { params: { project } })).toMatchObject([{ aliases: { champion: 1 } }]);
});

test('a change of what an endpoint serves shows within moments, and so does its end', async () => {
  const owner = apiOf(edge);
  const { project, dataset, pipelineVersion } = await queueRun(owner);
  await finish(owner, await claim(owner), trained);
  const first = await owner.call(getModel, { params: { project, model: 'points' } });
  const at = { params: { endpoint: 'moving' } };
  await owner.call(putEndpoint, {
    ...at,
    body: { deployments: [{ modelVersion: first.latest.id, traffic: 100 }] },
  });
  expect((await owner.call(predict, { ...at, body: { instances } })).model.version).toBe(1);

  await owner.call(createRun, {
    params: { project },
    body: { datasetVersion: dataset.id, pipelineVersion, model: 'points', on: 'runner' },
  });
  const { modelVersion } = await finish(owner, await claim(owner), trained);
  const deployments = [
    { modelVersion: first.latest.id, traffic: 0 },
    { modelVersion: modelVersion!, traffic: 100 },
  ];
  await owner.call(putEndpoint, { ...at, body: { deployments } });
  expect((await owner.call(getEndpoint, at)).deployments.map(({ traffic }) => traffic)).toEqual([0, 100]);
  await vi.waitFor(
    async () => expect((await owner.call(predict, { ...at, body: { instances } })).model.version).toBe(2),
    { timeout: 10_000, interval: 200 },
  );

  await owner.call(deleteEndpoint, at);
  await vi.waitFor(
    () =>
      expect(owner.call(predict, { ...at, body: { instances } })).rejects.toMatchObject({
        code: 'not_found',
      }),
    { timeout: 10_000, interval: 200 },
  );
});

test.each([
  ['shares that miss 100', (id: string) => [{ modelVersion: id, traffic: 99 }], 'invalid_request', /100/],
  [
    'a version twice',
    (id: string) => [
      { modelVersion: id, traffic: 50 },
      { modelVersion: id, traffic: 50 },
    ],
    'invalid_request',
    /twice/,
  ],
])('an endpoint refuses %s', async (_, deploymentsOf, code, message) => {
  const owner = apiOf(edge);
  await queueRun(owner);
  const { modelVersion } = await finish(owner, await claim(owner), trained);
  const body = { deployments: deploymentsOf(modelVersion!) };
  await expect(owner.call(putEndpoint, { params: { endpoint: 'bad' }, body })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
  await expect(owner.call(getEndpoint, { params: { endpoint: 'bad' } })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a runner that asks for work in vain is seen to be there', async () => {
  const owner = apiOf(edge);
  const runner = newId('runner');
  const body = { name: 'idle', device: 'test' };
  const { lastSeenAt } = await owner.call(registerRunner, { params: { runner }, body });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await owner.call(claimJob, { body: { runner, run: null, device: 'test' } })).toBeNull();
  const seen = (await owner.call(listRunners, {})).find(({ id }) => id === runner)!;
  expect(Date.parse(seen.lastSeenAt)).toBeGreaterThan(Date.parse(lastSeenAt));
});
