/** Searches: trials are real trainings by a worker of this process, from the first suggestion to the best model. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import {
  claimJob,
  finishJob,
  heartbeatJob,
  type JobAssignment,
  postJobMetrics,
} from '../../shared/api/routes/jobs.ts';
import { getModel } from '../../shared/api/routes/models.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { createSweep, getSweep, listSweeps, resumeSweep, stopSweep } from '../../shared/api/routes/sweeps.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { sha256 } from '../../shared/sha256.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, finish, pushDataset, SPEC } from '../helpers/edge-scenario.ts';
import { wasmCandidate } from '../helpers/wasm-candidate.ts';

let edge: Edge;
let owner: Client;
let runner: Client;
beforeAll(async () => {
  edge = await startEdge();
  owner = apiOf(edge);
  runner = apiOf(edge, edge.runnerToken);
});
afterAll(() => edge?.close());

const LEARNING_RATE = 'training.optimizer.learningRate';
const definition = (sweep: Record<string, unknown>) => ({
  kind: 'definition' as const,
  pipeline: { ...SPEC, training: { ...SPEC.training, epochs: 9 } },
  sweep: {
    parameters: { [LEARNING_RATE]: { type: 'float', min: 1e-4, max: 0.1, log: true } },
    objective: [{ metric: 'accuracy', goal: 'maximize' }],
    sampler: { type: 'random', seed: 3 },
    budget: { trials: 4 },
    ...sweep,
  } as never,
});

async function begin(search: Parameters<typeof definition>[0] | object, more: object = {}) {
  const project = `p${newId('project').slice(4)}`;
  await owner.call(createProject, { body: { name: project } });
  const dataset = await pushDataset(owner, project);
  const body = { name: 'search', datasetVersion: dataset.id, model: 'points', search, ...more };
  const sweep = await owner.call(createSweep, { params: { project }, body: body as never });
  return { project, sweep };
}

const take = (): Promise<JobAssignment | null> =>
  runner.call(claimJob, { body: { runner: newId('runner'), run: null, device: 'test' } });

/** Trains what it has claimed, and tells of it as a runner does; ends early when that is wished for. */
async function train(assignment: JobAssignment) {
  const { lease, pipeline } = assignment;
  const params = { job: lease.job };
  const options = { spec: pipeline.spec, table: loadDataset(CSV, 'csv'), datasetSha256: sha256(CSV) };
  const training = trainPipeline([wasmCandidate], options);
  for (;;) {
    const { done, value } = await training.next();
    if (done) return finish(runner, assignment, value);
    if (value.type !== 'metrics' || value.points.length === 0) continue;
    // an epoch at a time, as on a slow machine
    for (const points of Map.groupBy(value.points, ({ epoch }) => Math.ceil(epoch)).values()) {
      await runner.call(postJobMetrics, { params, body: { fence: lease.fence, points } });
      const beat = { fence: lease.fence, progress: null };
      const { stopRequested } = await runner.call(heartbeatJob, { params, body: beat });
      if (stopRequested)
        return runner.call(finishJob, { params, body: { fence: lease.fence, state: 'stopped' } });
    }
  }
}

/** Works until the search has ended; says how many trials that took. */
async function workAll(sweep: string): Promise<number> {
  for (let worked = 0; ; ) {
    const assignment = await take();
    if (assignment) await train(assignment);
    else if ((await read(sweep)).state !== 'running') return worked;
    else await sleep(50);
    worked += assignment ? 1 : 0;
  }
}

const read = (sweep: string) => owner.call(getSweep, { params: { sweep } });

test('each trial is a run; at the end the best model has its alias', async () => {
  const { project, sweep } = await begin(definition({ parallel: 2 }));
  expect((await read(sweep.id)).tried.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  expect(await workAll(sweep.id)).toBe(4);
  const ended = await read(sweep.id);
  expect(ended).toMatchObject({ state: 'finished', trials: 4 });
  expect(ended.tried.every(({ state, values }) => state === 'finished' && values?.length === 1)).toBe(true);
  const rates = ended.tried.map(({ parameters }) => Number(parameters[LEARNING_RATE]));
  expect(new Set(rates).size).toBe(4);
  const best = ended.tried[ended.ranking[0]!]!;
  expect(best.values![0]).toBe(Math.max(...ended.tried.map(({ values }) => values![0]!)));
  const model = await owner.call(getModel, { params: { project, model: 'points' } });
  const version = model.versions.find(({ id }) => id === best.modelVersion)!.version;
  expect(model.aliases).toMatchObject({ best: version });
  expect((await owner.call(listSweeps, { params: { project } })).map(({ id }) => id)).toEqual([sweep.id]);
});

test('a stopped search goes on as if it had never been stopped', async () => {
  const { sweep: whole } = await begin(definition({}));
  await workAll(whole.id);
  const { sweep } = await begin(definition({}));
  await train((await take())!);
  await owner.call(stopSweep, { params: { sweep: sweep.id } });
  expect(await take()).toBeNull();
  expect((await read(sweep.id)).state).toBe('stopped');
  await owner.call(resumeSweep, { params: { sweep: sweep.id } });
  await workAll(sweep.id);
  const rates = async (id: string) =>
    (await read(id)).tried.map(({ parameters }) => parameters[LEARNING_RATE]);
  const [expected, found] = [await rates(whole.id), await rates(sweep.id)];
  expect(found.slice(0, 4)).toEqual(expected);
});

test('a scheduler ends trials that are not worth going on with', async () => {
  const { sweep } = await begin(
    definition({
      scheduler: { type: 'asha', minEpochs: 1, maxEpochs: 9, eta: 3 },
      budget: { trials: 9 },
      objective: [{ metric: 'loss', goal: 'minimize' }],
    }),
  );
  await workAll(sweep.id);
  const { tried, state, bestSoFar } = await read(sweep.id);
  expect(state).toBe('finished');
  expect(tried.length).toBe(9);
  const epochs = tried.map(({ reports }) => reports.at(-1)!.epoch);
  const pruned = tried.filter((trial) => trial.state === 'pruned');
  expect(pruned.length).toBeGreaterThan(0);
  for (const { number } of pruned) expect(epochs[number]).toBeLessThan(9);
  expect(bestSoFar.length).toBeGreaterThan(0);
});

describe('what a search must not do', () => {
  test('a trial above a limit is not trained', async () => {
    const { sweep } = await begin(
      definition({
        parameters: { 'model.0.units': { type: 'choice', values: [4, 512] } },
        sampler: { type: 'grid' },
        constraints: [{ measure: 'parameters', max: 100 }],
      }),
    );
    expect(await workAll(sweep.id)).toBe(1);
    const { tried, state } = await read(sweep.id);
    expect(state).toBe('finished');
    expect(tried.map((trial) => trial.state).sort()).toEqual(['finished', 'infeasible']);
    expect(tried.find((trial) => trial.state === 'infeasible')?.problem).toMatch(
      /parameters would be \d+; at most 100/,
    );
  });

  test.each([
    ['an unknown metric', { objective: [{ metric: 'rmse', goal: 'minimize' }] }, 'rmse'],
    [
      'a place that is not there',
      { parameters: { 'model.7.units': { type: 'int', min: 1, max: 4 } } },
      'model.7.units',
    ],
    ['a limit of cost without a price', { constraints: [{ measure: 'cost', max: 1 }] }, 'pricePerHour'],
  ])('%s is refused, and nothing is kept', async (_, sweep, named) => {
    await expect(begin(definition(sweep))).rejects.toMatchObject({
      code: expect.stringMatching(/^invalid_/),
      message: expect.stringContaining(named),
    });
    expect(await take()).toBeNull();
  });
});

test('over templates: each that fits is tried, and the best is kept', async () => {
  const { project, sweep } = await begin({ kind: 'templates', target: 'label', seconds: 3600 });
  for (let worked = 0; worked < 4; ) {
    const assignment = await take();
    if (!assignment) continue;
    await train(assignment);
    worked++;
  }
  const { tried, objectives } = await read(sweep.id);
  expect(objectives).toEqual([{ metric: 'accuracy', goal: 'maximize' }]);
  expect(new Set(tried.map(({ template }) => template)).size).toBeGreaterThan(2);
  expect(tried.filter(({ state }) => state === 'finished').length).toBe(4);
  await owner.call(stopSweep, { params: { sweep: sweep.id } });
  const model = await owner.call(getModel, { params: { project, model: 'points' } });
  expect(model.versions.length).toBe(4);
});
