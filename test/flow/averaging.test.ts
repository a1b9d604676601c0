/** One network trained by several workers through the server: the rounds are those of one program, and whoever is missing is not forgotten. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import { exchangeWeights } from '../../shared/api/exchange-weights.ts';
import { getAverage, getRound, listTeam, tellRound } from '../../shared/api/routes/averaging.ts';
import {
  claimJob,
  finishJob,
  heartbeatJob,
  type JobAssignment,
  LEASE_MS,
} from '../../shared/api/routes/jobs.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { cloneRun, createRun, getRun, resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { agree } from '../../shared/federated/agree.ts';
import { AveragingOptions } from '../../shared/schema/averaging.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import { partIn } from '../../shared/train/part-in.ts';
import { finish as trainToEnd, trainTogether } from '../../shared/train/train-fixtures.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, finish, pushDataset, SPEC } from '../helpers/edge-scenario.ts';
import { wasmCandidate } from '../helpers/wasm-candidate.ts';

const DATA = { table: loadDataset(CSV, 'csv'), datasetSha256: sha256(CSV) };

let edge: Edge;
let owner: Client;
let runner: Client;
beforeAll(async () => {
  edge = await startEdge();
  owner = apiOf(edge);
  runner = apiOf(edge, edge.runnerToken);
});
afterAll(() => edge?.close());
/** The queue is one for all projects: nothing may stay in it. */
afterEach(() => edge.database.execute(`UPDATE jobs SET state = 'done'`));

async function begin(
  averaging: Partial<AveragingOptions> | undefined,
  more: object = {},
  spec: PipelineSpec = SPEC,
) {
  const project = `p${newId('project').slice(4)}`;
  await owner.call(createProject, { body: { name: project } });
  const dataset = await pushDataset(owner, project);
  const pipeline = await owner.call(putPipeline, { params: { project, pipeline: 'points' }, body: spec });
  const which = { datasetVersion: dataset.id, pipelineVersion: pipeline.id, model: 'points' };
  const body = { ...which, on: 'runner', name: 'points', averaging, ...more };
  return owner.call(createRun, { params: { project }, body: body as never });
}

const teamOf = ({ id }: Run) => owner.call(listTeam, { params: { run: id } });
const read = ({ id }: Run) => owner.call(getRun, { params: { run: id } });
const take = async (): Promise<JobAssignment> =>
  (await runner.call(claimJob, { body: { runner: newId('runner'), run: null, device: 'test' } }))!;
const takeAll = (count: number) => Promise.all(Array.from({ length: count }, take));
const persist = <T>(call: () => Promise<T>) => call();

/** Says `numbers` at the end of `round`. */
function tell({ lease }: JobAssignment, round: number, numbers: number[], more: object = {}) {
  const body = new Uint8Array(Float32Array.from(numbers).buffer);
  const query = { fence: lease.fence, sha256: sha256(body), rows: 1, statistics: 0, ...more };
  return runner.call(tellRound, { params: { job: lease.job, round }, query, body });
}
async function averageOf({ lease: { job } }: JobAssignment, round: number): Promise<number[]> {
  const response = await runner.call(getAverage, { params: { job, round } });
  return [...new Float32Array(await response.arrayBuffer())];
}

describe('workers that train one network together', () => {
  test('end with what they would in one program; the first keeps the model', async () => {
    const options = AveragingOptions.parse({ workers: 3, epochsPerRound: 0.5 });
    const spec = { ...SPEC, training: { ...SPEC.training, epochs: 4 } };
    const lead = await begin(options, {}, spec);
    const team = await teamOf(lead);
    expect(team.map(({ name }) => name)).toEqual([
      'points',
      'points, worker 2 of 3',
      'points, worker 3 of 3',
    ]);
    expect(team.map(({ team }) => team)).toEqual(
      [0, 1, 2].map((rank) => ({ lead: lead.id, rank, size: 3, rows: 'shards', epochsPerRound: 0.5 })),
    );

    const assignments = await takeAll(3);
    const results = await Promise.all(
      assignments.map(async (assignment) => {
        const { run, lease, pipeline } = assignment;
        const beat = { params: { job: lease.job }, body: { fence: lease.fence, progress: null } };
        const beats = setInterval(() => void runner.call(heartbeatJob, beat), LEASE_MS / 3);
        const exchange = partIn(run.team!, run.id, (update) =>
          exchangeWeights(runner, lease, update, persist),
        );
        const training = trainPipeline([wasmCandidate], { spec: pipeline.spec, ...DATA, ...exchange });
        const result = await trainToEnd(training).finally(() => clearInterval(beats));
        if (run.team!.rank === 0) await finish(runner, assignment, result);
        else {
          const { sha256: artifact, metrics } = result;
          const body = { fence: lease.fence, state: 'succeeded' as const, artifact, metrics };
          await runner.call(finishJob, { params: { job: lease.job }, body });
        }
        return result;
      }),
    );
    const ended = await teamOf(lead);
    expect(ended.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(ended.map(({ modelVersion }) => modelVersion !== null)).toEqual([true, false, false]);
    expect(new Set(results.map(({ metrics }) => JSON.stringify(metrics))).size).toBe(1);

    const { rules, epochsPerRound } = agree(spec, options);
    const parts = [0, 1, 2].map((index) => ({ spec, ...DATA, shard: { index, of: 3 } }));
    const [here] = await trainTogether([wasmCandidate], parts, { epochsPerRound, rules });
    for (const [name, value] of Object.entries(here!.metrics.validation))
      expect(results[0]!.metrics.validation[name as 'accuracy'], name).toBeCloseTo(value as number, 5);
  });

  test('take the mean by rows, count an answer once, and refuse what does not fit', async () => {
    await begin({ workers: 2, momentum: 0 });
    const [a, b] = (await takeAll(2)) as [JobAssignment, JobAssignment];
    expect(await tell(a, 0, [1, 2], { rows: 3 })).toEqual({ round: 0, done: false, answered: 1, awaited: 2 });
    expect(await tell(a, 0, [1, 2], { rows: 3 })).toMatchObject({ round: 0, answered: 1 });
    await expect(tell(b, 0, [1])).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('length is 1; expected 2'),
    });
    await expect(tell(b, 0, [1, Number.NaN])).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(tell(b, 1, [1, 2])).rejects.toMatchObject({ code: 'conflict' });
    await expect(tell(b, 0, [1, 2], { fence: b.lease.fence + 1 })).rejects.toMatchObject({
      code: 'stale_fence',
    });
    await expect(tell(b, 0, [1, 2], { sha256: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'invalid_data',
    });
    const odd = new Uint8Array(5);
    const query = { fence: b.lease.fence, sha256: sha256(odd), rows: 1, statistics: 0 };
    const params = { job: b.lease.job, round: 0 };
    await expect(runner.call(tellRound, { params, query, body: odd })).rejects.toMatchObject({
      code: 'invalid_data',
      message: expect.stringContaining('has 5 bytes; expected 4 for each number'),
    });
    await expect(averageOf(a, 0)).rejects.toMatchObject({ code: 'not_found' });
    expect(await tell(b, 0, [5, 10])).toMatchObject({ round: 1, done: false });
    expect(await averageOf(a, 1)).toEqual([2, 4]);
    // it died before it heard, and says it again
    expect(await tell(b, 0, [5, 10])).toMatchObject({ round: 1 });
    expect(await averageOf(b, 1)).toEqual([2, 4]);
    const kept = await edge.database.execute('SELECT count(*) AS answers FROM averaging_updates');
    expect(kept.rows[0]!.answers).toBe(0);
  });

  test('go on without one that is missing where a quorum may, and take it back', async () => {
    await begin({ workers: 3, momentum: 0, quorum: 2, deadlineSeconds: 0.3 });
    const [a, b, c] = (await takeAll(3)) as [JobAssignment, JobAssignment, JobAssignment];
    for (const one of [a, b, c]) await tell(one, 0, [0]);
    await tell(a, 1, [2]);
    expect(await tell(b, 1, [4])).toMatchObject({ round: 1, answered: 2, awaited: 3 });
    const opened = () => runner.call(getRound, { params: { job: a.lease.job } });
    await expect.poll(opened).toMatchObject({ round: 2 });
    expect(await averageOf(c, 2)).toEqual([3]);
    await tell(a, 2, [4]);
    expect(await tell(b, 2, [6])).toMatchObject({ round: 3 });
    expect(await tell(c, 1, [100])).toMatchObject({ round: 3, awaited: 3 });
    for (const one of [a, b]) expect(await tell(one, 3, [5])).toMatchObject({ round: 3 });
    expect(await tell(c, 3, [8])).toMatchObject({ round: 4 });
    expect(await averageOf(c, 4)).toEqual([6]);
  });

  test('are stopped together, and taken up again together', async () => {
    const lead = await begin({ workers: 3 });
    const [at] = await takeAll(1);
    const helper = (await teamOf(lead))[2]!;
    await owner.call(stopRun, { params: { run: helper.id } });
    const stopped = await teamOf(lead);
    expect(stopped.map(({ state }) => state)).toEqual(['running', 'stopped', 'stopped']);
    expect(stopped[0]).toMatchObject({ stopRequested: true, message: 'points, worker 3 of 3 was stopped' });
    const body = { fence: at!.lease.fence, state: 'stopped' as const };
    await runner.call(finishJob, { params: { job: at!.lease.job }, body });
    await owner.call(resumeRun, { params: { run: lead.id }, body: {} });
    expect((await teamOf(lead)).map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
  });

  test('with rows of their own go on by themselves, in a tab and nowhere else', async () => {
    const lead = await begin({ workers: 2, rows: 'private' }, { on: 'browser' });
    const helper = (await teamOf(lead))[1]!;
    await owner.call(stopRun, { params: { run: helper.id } });
    expect((await teamOf(lead)).map(({ state }) => state)).toEqual(['queued', 'stopped']);
    const resume = (on?: 'runner') =>
      owner.call(resumeRun, { params: { run: helper.id }, body: on ? { on } : {} });
    await expect(resume('runner')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('expected "on" to be "browser"'),
    });
    expect(await resume()).toMatchObject({ state: 'queued', on: 'browser' });
  });

  test('fail together, and say why', async () => {
    const lead = await begin({ workers: 2 });
    const all = await takeAll(2);
    const helper = all.find(({ run }) => run.team!.rank === 1)!;
    const failed = {
      fence: helper.lease.fence,
      state: 'failed',
      reason: 'bad_data',
      message: 'no rows',
    } as const;
    await runner.call(finishJob, { params: { job: helper.lease.job }, body: failed });
    expect(await read(lead)).toMatchObject({
      stopRequested: true,
      message: 'points, worker 2 of 2 has failed: no rows',
    });
    const leader = all.find(({ run }) => run.team!.rank === 0)!;
    const body = { fence: leader.lease.fence, state: 'stopped' as const };
    await runner.call(finishJob, { params: { job: leader.lease.job }, body });
  });

  test('are cloned together', async () => {
    const lead = await begin({ workers: 2 });
    const clone = await owner.call(cloneRun, { params: { run: lead.id }, body: {} });
    expect(await teamOf(clone)).toHaveLength(2);
  });
});

describe('a training by several workers is refused', () => {
  test.each([
    ['of an estimator', { workers: 2 }, {}, 'expected a network'],
    ['by more than there may be', { workers: 65 }, {}, 'workers'],
    ['with a quorum that never is', { workers: 2, quorum: 3 }, {}, '3 is more than the 2 workers'],
    [
      'with noise on what is not clipped',
      { workers: 2, noiseMultiplier: 1 },
      {},
      'noise hides only what is clipped',
    ],
    [
      'with rounds that end between two steps',
      { workers: 2, epochsPerRound: 0.3 },
      {},
      'one over a whole number',
    ],
    ['by a tab alone', { workers: 2 }, { on: 'browser' }, 'expected "runner"'],
  ])('%s', async (what, averaging, more, message) => {
    const { task, target, features, split, schemaVersion } = SPEC;
    const estimator = {
      ...{ schemaVersion, kind: 'estimator', task, target, features, split },
      ...{ model: { type: 'naive-bayes' }, training: { seed: 1 } },
    } as never;
    const spec = what === 'of an estimator' ? estimator : SPEC;
    await expect(begin(averaging, more, spec)).rejects.toThrow(message);
  });

  test('and a run that trains alone has no rounds', async () => {
    const run = await begin(undefined);
    expect(await teamOf(run)).toEqual([]);
    const at = await take();
    await expect(tell(at, 0, [1])).rejects.toMatchObject({ code: 'conflict' });
  });
});
