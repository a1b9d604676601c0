/** Runs that are steered: finished early, and gone on with as new runs. Happy, wrong and forbidden. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import {
  finishJob,
  getCheckpoint,
  heartbeatJob,
  type JobAssignment,
  postJobMetrics,
  putCheckpoint,
} from '../../shared/api/routes/jobs.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createToken } from '../../shared/api/routes/projects.ts';
import {
  createRun,
  finishRun,
  getRun,
  getRunMetrics,
  listRuns,
  resumeRun,
  stopRun,
} from '../../shared/api/routes/runs.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { sha256 } from '../../shared/sha256.ts';
import { encodeCheckpoint } from '../../shared/train/checkpoint.ts';
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

let edge: Edge;
let owner: Client;
let runner: Client;
let stranger: Client;
let trained: TrainResult;
beforeAll(async () => {
  [edge, trained] = await Promise.all([startEdge(), trainArtifact()]);
  owner = apiOf(edge);
  runner = apiOf(edge, edge.runnerToken);
  stranger = apiOf(edge, edge.strangerToken);
});
afterAll(() => edge?.close());

const read = (run: string) => owner.call(getRun, { params: { run } });
const beat = ({ lease: { job, fence } }: JobAssignment) =>
  runner.call(heartbeatJob, { params: { job }, body: { fence, progress: null } });
const end = ({ lease: { job, fence } }: JobAssignment) =>
  runner.call(finishJob, { params: { job }, body: { fence, state: 'stopped' } });

describe('finish', () => {
  test('reaches the worker with its heartbeat, and the run ends with a model', async () => {
    const { run } = await queueRun(owner);
    const assignment = await claim(runner);
    expect(await beat(assignment)).toMatchObject({ finishRequested: false, stopRequested: false });
    expect(await owner.call(finishRun, { params: { run: run.id } })).toMatchObject({
      state: 'running',
      finishRequested: true,
      stopRequested: false,
    });
    expect(await beat(assignment)).toMatchObject({ finishRequested: true, stopRequested: false });
    // said twice it is said once
    await owner.call(finishRun, { params: { run: run.id } });
    expect(await finish(runner, assignment, trained)).toMatchObject({
      state: 'succeeded',
      modelVersion: expect.any(String),
    });
  });

  test('is forgotten by a run that is stopped and resumed', async () => {
    const { run } = await queueRun(owner);
    const first = await claim(runner);
    await owner.call(finishRun, { params: { run: run.id } });
    await end(first);
    await owner.call(resumeRun, { params: { run: run.id }, body: {} });
    const second = await claim(runner);
    expect(second.run).toMatchObject({ id: run.id, finishRequested: false });
    expect(await beat(second)).toMatchObject({ finishRequested: false });
    await end(second);
  });

  test.each<[state: string, reach: (run: string) => Promise<unknown>]>([
    ['queued', async () => {}],
    ['stopped', (run) => owner.call(stopRun, { params: { run } })],
    ['succeeded', async () => finish(runner, await claim(runner), trained)],
    [
      'failed',
      async () => {
        const { lease } = await claim(runner);
        const body = { fence: lease.fence, state: 'failed', reason: 'diverged', message: 'NaN' } as const;
        await runner.call(finishJob, { params: { job: lease.job }, body });
      },
    ],
  ])('is refused for a run that is %s', async (state, reach) => {
    const { run } = await queueRun(owner);
    await reach(run.id);
    const before = await read(run.id);
    await expect(owner.call(finishRun, { params: { run: run.id } })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`is ${state}; only a running run`),
    });
    expect(await read(run.id)).toEqual(before);
    await owner.call(stopRun, { params: { run: run.id } });
  });

  test('is for the owner of the run alone', async () => {
    const { run } = await queueRun(owner);
    const assignment = await claim(runner);
    const endpoint = await owner.call(createToken, {
      body: { name: 'x', scope: 'endpoint', endpoint: 'any' },
    });
    const attempts: [who: Client, code: string][] = [
      [stranger, 'not_found'],
      [runner, 'forbidden'],
      [apiOf(edge, endpoint.secret), 'forbidden'],
      [apiOf(edge, 'nonsense'), 'unauthorized'],
    ];
    for (const [who, code] of attempts)
      await expect(who.call(finishRun, { params: { run: run.id } })).rejects.toMatchObject({ code });
    await expect(owner.call(finishRun, { params: { run: newId('run') } })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await read(run.id)).finishRequested).toBe(false);
    await end(assignment);
  });
});

describe('a run that goes on from another', () => {
  const hash = '0'.repeat(64);
  const checkpoint = encodeCheckpoint({
    ...{ specHash: hash, continuation: hash, datasetSha256: hash },
    ...{ executor: 'plain', tensors: [new Float32Array(100_000)] },
    position: { epoch: 2, step: 10, bestLoss: null, waited: 0 },
  });
  const point = (step: number) =>
    ({ step, epoch: step / 5, split: 'train', name: 'loss', value: 1 / step }) as const;
  /** Stopped, with a checkpoint, two points up to there and one beyond. */
  let source: Awaited<ReturnType<typeof queueRun>>;
  beforeAll(async () => {
    source = await queueRun(owner);
    const assignment = await claim(runner);
    const { job, fence } = assignment.lease;
    const params = { job };
    await runner.call(postJobMetrics, { params, body: { fence, points: [point(5), point(10), point(11)] } });
    const query = { fence, sha256: sha256(checkpoint) };
    await runner.call(putCheckpoint, { params, query, body: checkpoint });
    await end(assignment);
  });

  const push = async (spec: PipelineSpec) =>
    (await owner.call(putPipeline, { params: { project: source.project, pipeline: 'points' }, body: spec }))
      .id;
  const longer = { ...SPEC, training: { ...SPEC.training, epochs: 60 } };
  const goOn = async (spec: PipelineSpec, change: object = {}, api = owner) =>
    api.call(createRun, {
      params: { project: source.project },
      body: {
        datasetVersion: source.dataset.id,
        pipelineVersion: await push(spec),
        model: 'points',
        on: 'runner',
        from: source.run.id,
        ...change,
      },
    });

  test.each<[what: string, training: Partial<typeof SPEC.training>]>([
    ['longer', { epochs: 60 }],
    ['at another learning rate', { optimizer: { type: 'adam', learningRate: 0.001 } }],
    ['on a schedule', { schedule: { type: 'cosine', warmupSteps: 0, floor: 0 } }],
    ['by another loss', { loss: { type: 'focal', gamma: 2 } }],
    ['until it gets no better', { earlyStopping: { patience: 3 } }],
  ])('begins with its curves and a checkpoint of its own: %s', async (_, training) => {
    const before = await read(source.run.id);
    const made = await goOn({ ...SPEC, training: { ...SPEC.training, ...training } });
    expect(made).toMatchObject({
      state: 'queued',
      attempts: 0,
      finishRequested: false,
      stopRequested: false,
    });
    expect(await owner.call(getRunMetrics, { params: { run: made.id } })).toEqual([point(5), point(10)]);
    const assignment = await claim(runner);
    expect(assignment).toMatchObject({ run: { id: made.id }, hasCheckpoint: true });
    const kept = await runner.call(getCheckpoint, { params: { job: made.job } });
    expect(Buffer.from(await kept.arrayBuffer()).equals(checkpoint)).toBe(true);
    // what it writes is not the other's
    const { job, fence } = assignment.lease;
    const body = new TextEncoder().encode('further');
    await runner.call(postJobMetrics, { params: { job }, body: { fence, points: [point(15)] } });
    await runner.call(putCheckpoint, { params: { job }, query: { fence, sha256: sha256(body) }, body });
    await end(assignment);
    expect(await owner.call(getRunMetrics, { params: { run: source.run.id } })).toHaveLength(3);
    const still = await owner.call(getCheckpoint, { params: { job: source.run.job } });
    expect(Buffer.from(await still.arrayBuffer()).equals(checkpoint)).toBe(true);
    expect(await read(source.run.id)).toEqual(before);
  });

  test.each<[what: string, spec: () => PipelineSpec, message: string]>([
    [
      'another model',
      () => ({ ...longer, model: [{ type: 'dense', units: 9, activation: 'relu' }] }),
      'learns something else',
    ],
    [
      'another batch size',
      () => ({ ...longer, training: { ...longer.training, batchSize: 4 } }),
      'only epochs, learning rate, schedule, loss and early stopping may differ',
    ],
    [
      'another seed',
      () => ({ ...longer, training: { ...longer.training, seed: 2 } }),
      'learns something else',
    ],
    [
      'another optimiser',
      () => ({
        ...longer,
        training: { ...longer.training, optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0 } },
      }),
      'learns something else',
    ],
    ['other rows', () => ({ ...longer, split: { validation: 0.3, test: 0.2 } }), 'learns something else'],
    [
      'no network',
      () => ({
        kind: 'estimator',
        schemaVersion: SPEC.schemaVersion,
        task: SPEC.task,
        target: SPEC.target,
        features: SPEC.features,
        split: SPEC.split,
        model: { type: 'naive-bayes', smoothing: 1e-9 },
        training: { seed: 1 },
      }),
      'learns something else',
    ],
  ])('is refused for %s', async (_, spec, message) => {
    await expectRefused(() => goOn(spec()), { code: 'conflict', message: expect.stringContaining(message) });
  });

  test('is refused for other data, and for a run that has no checkpoint or is not there', async () => {
    const other = await pushDataset(owner, source.project, {
      bytes: new TextEncoder().encode(`${new TextDecoder().decode(CSV)}1,2,low\n`),
    });
    await expectRefused(() => goOn(longer, { datasetVersion: other.id }), {
      code: 'conflict',
      message: expect.stringContaining('was trained on another version of the data'),
    });
    const bare = await queueRun(owner);
    await expectRefused(() => goOn(longer, { from: bare.run.id }), {
      code: 'conflict',
      message: expect.stringContaining('has no checkpoint yet'),
    });
    await owner.call(stopRun, { params: { run: bare.run.id } });
    await expectRefused(() => goOn(longer, { from: newId('run') }), { code: 'not_found' });
    await expectRefused(() => goOn(longer, { from: 'the last one' }), {
      code: 'invalid_request',
      message: expect.stringContaining('from'),
    });
  });

  test('is for the owner alone, and takes nothing of another workspace', async () => {
    await expectRefused(() => goOn(longer, {}, runner), { code: 'forbidden' });
    await expectRefused(() => goOn(longer, {}, stranger), { code: 'not_found' });
    const theirs = await queueRun(stranger);
    await expect(
      stranger.call(createRun, {
        params: { project: theirs.project },
        body: {
          datasetVersion: theirs.dataset.id,
          pipelineVersion: theirs.pipelineVersion,
          model: 'points',
          on: 'runner',
          from: source.run.id,
        },
      }),
    ).rejects.toMatchObject({ code: 'not_found', message: `there is no run "${source.run.id}"` });
    expect(await stranger.call(listRuns, { params: { project: theirs.project } })).toHaveLength(1);
  });

  /** Nothing may have changed by it: no run, no blob. */
  async function expectRefused(ask: () => Promise<unknown>, error: object): Promise<void> {
    const count = async () => (await owner.call(listRuns, { params: { project: source.project } })).length;
    const before = [await count(), (await edge.blobKeys()).filter((key) => key.includes('/checkpoints/'))];
    await expect(ask()).rejects.toMatchObject(error);
    const after = [await count(), (await edge.blobKeys()).filter((key) => key.includes('/checkpoints/'))];
    expect(after).toEqual(before);
  }
});
