/** The queue: whose turn it is, what a job waits for, and what its owner may change. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import {
  claimJob,
  finishJob,
  type JobAssignment,
  listRunners,
  postJobLog,
  registerRunner,
  releaseJob,
} from '../../shared/api/routes/jobs.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { changeJob, getQueue, listAttempts } from '../../shared/api/routes/queue.ts';
import { cloneRun, createRun, getRun, getRunLog, resumeRun, stopRun } from '../../shared/api/routes/runs.ts';
import type { JobOptions } from '../../shared/schema/job.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { isEnded, type Run, type RunnerCapabilities } from '../../shared/schema/run.ts';
import type { TrainResult } from '../../shared/train/events.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, finish, pushDataset, SPEC, trainArtifact } from '../helpers/edge-scenario.ts';

let edge: Edge;
let owner: Client;
let runner: Client;
let trained: TrainResult;
const made: Run[] = [];

beforeAll(async () => {
  [edge, trained] = await Promise.all([startEdge(), trainArtifact()]);
  owner = apiOf(edge);
  runner = apiOf(edge, edge.runnerToken);
});
afterAll(() => edge?.close());
/** The queue is one for all projects: nothing may stay in it. */
afterEach(async () => {
  for (const { id } of made.splice(0)) {
    const run = await owner.call(getRun, { params: { run: id } });
    if (run.state === 'running')
      await edge.database.execute({ sql: `UPDATE jobs SET state = 'done' WHERE run = ?`, args: [id] });
    else if (!isEnded(run.state)) await owner.call(stopRun, { params: { run: id } });
  }
});

interface Project {
  name: string;
  queue(options?: Partial<JobOptions>): Promise<Run>;
}

async function newProject(): Promise<Project> {
  const name = `p${newId('project').slice(4)}`;
  await owner.call(createProject, { body: { name } });
  const dataset = await pushDataset(owner, name);
  const pipeline = await owner.call(putPipeline, {
    params: { project: name, pipeline: 'points' },
    body: SPEC,
  });
  return {
    name,
    async queue(queue = {}) {
      const run = await owner.call(createRun, {
        params: { project: name },
        body: {
          datasetVersion: dataset.id,
          pipelineVersion: pipeline.id,
          model: 'points',
          on: 'runner',
          queue,
        },
      });
      made.push(run);
      return run;
    },
  };
}

const PLAIN: RunnerCapabilities = {
  libtensorflow: null,
  gpu: null,
  gpuMemoryBytes: null,
  memoryBytes: 8e9,
  slots: 1,
  labels: [],
};

async function newRunner(capabilities: Partial<RunnerCapabilities> = {}): Promise<string> {
  const id = newId('runner');
  const body = { name: 'test', device: 'test', capabilities: { ...PLAIN, ...capabilities } };
  await runner.call(registerRunner, { params: { runner: id }, body });
  return id;
}

const take = (id: string): Promise<JobAssignment | null> =>
  runner.call(claimJob, { body: { runner: id, run: null, device: 'test' } });
const stateOf = async (run: Run) => (await owner.call(getRun, { params: { run: run.id } })).state;
const jobOf = async (run: Run) => {
  const states = 'leased,queued,waiting,held,dead,done';
  return (await owner.call(getQueue, { query: { states, limit: 1000 } })).jobs.find(
    ({ id }) => id === run.job,
  );
};
const write = (sql: string, ...args: (string | number)[]) => edge.database.execute({ sql, args });

describe('whose turn it is', () => {
  test('the highest priority first, then the oldest; and a priority may be changed', async () => {
    const project = await newProject();
    const first = await project.queue();
    const second = await project.queue();
    const urgent = await project.queue({ priority: 5 });
    await owner.call(changeJob, { params: { job: second.job }, body: { priority: 1 } });
    const id = await newRunner();
    const order = [await take(id), await take(id), await take(id)].map((one) => one?.run.id);
    expect(order).toEqual([urgent.id, second.id, first.id]);
    expect(await take(id)).toBeNull();
  });

  test('among equals, the project with the fewest jobs at work', async () => {
    const [busy, idle] = [await newProject(), await newProject()];
    const runs = [await busy.queue(), await busy.queue(), await busy.queue(), await idle.queue()];
    const id = await newRunner();
    const order = [await take(id), await take(id), await take(id), await take(id)].map((one) => one?.run.id);
    expect(order).toEqual([runs[0]!.id, runs[3]!.id, runs[1]!.id, runs[2]!.id]);
  });

  test.each<[string, JobOptions['requires'], Partial<RunnerCapabilities>, string]>([
    ['GPU memory', { gpuMemoryBytes: 16e9 }, { gpu: 'A', gpuMemoryBytes: 24e9 }, '16 GB of GPU memory'],
    ['memory', { memoryBytes: 32e9 }, { memoryBytes: 64e9 }, '32 GB of memory'],
    ['libtensorflow', { libtensorflow: true }, { libtensorflow: '2.21.0' }, 'libtensorflow'],
    ['labels', { labels: ['eu', 'fast'] }, { labels: ['fast', 'eu', 'big'] }, 'the label eu, fast'],
  ])(
    'a job that requires %s goes to a runner that has it, past those without',
    async (_, requires, has, lack) => {
      await write('DELETE FROM runners');
      const project = await newProject();
      const picky = await project.queue({ requires });
      expect((await jobOf(picky))?.waitsFor).toBe('a runner: none is there');
      const without = await newRunner();
      expect(await take(without)).toBeNull();
      expect((await jobOf(picky))?.waitsFor).toBe(`a runner with ${lack}: none is there`);
      const plain = await project.queue();
      expect((await take(without))?.run.id).toBe(plain.id);
      const able = await newRunner(has);
      expect((await jobOf(picky))?.waitsFor).toBe('its turn');
      expect((await take(able))?.run.id).toBe(picky.id);
    },
  );

  test('a worker that takes small data only is given no job on more', async () => {
    const project = await newProject();
    const run = await project.queue();
    await write('UPDATE jobs SET dataset_bytes = 5000000 WHERE id = ?', run.job);
    expect(await take(await newRunner({ maxDatasetBytes: 4_000_000 }))).toBeNull();
    expect((await take(await newRunner({ maxDatasetBytes: 6_000_000 })))?.run.id).toBe(run.id);
  });
});

describe('a job waits', () => {
  test('for its time, which the alarm keeps', async () => {
    const project = await newProject();
    const run = await project.queue({ notBefore: new Date(Date.now() + 1500).toISOString() });
    expect(await jobOf(run)).toMatchObject({ state: 'waiting', waitsFor: 'its time' });
    expect(await take(await newRunner())).toBeNull();
    await expect.poll(async () => (await jobOf(run))?.state, { timeout: 5000 }).toBe('queued');
  });

  test('for the runs that it comes after', async () => {
    const project = await newProject();
    const [a, b] = [await project.queue(), await project.queue()];
    const last = await project.queue({ after: [a.id, b.id] });
    expect(await jobOf(last)).toMatchObject({ state: 'waiting', waitsFor: [a.id, b.id].join(', ') });
    const id = await newRunner();
    for (const waits of ['waiting', 'queued']) {
      await finish(runner, (await take(id))!, trained);
      expect((await jobOf(last))?.state).toBe(waits);
    }
    expect((await take(id))?.run.id).toBe(last.id);
  });

  test('and fails with the run that it comes after, and so does what comes after it; it can be resumed', async () => {
    const project = await newProject();
    const first = await project.queue();
    const second = await project.queue({ after: [first.id] });
    const third = await project.queue({ after: [second.id] });
    const { lease } = (await take(await newRunner()))!;
    const body = { fence: lease.fence, state: 'failed', reason: 'bad_data', message: 'no' } as const;
    await runner.call(finishJob, { params: { job: lease.job }, body });
    for (const run of [second, third])
      expect(await owner.call(getRun, { params: { run: run.id } })).toMatchObject({
        state: 'failed',
        reason: 'dependency_failed',
      });
    await expect(project.queue({ after: [first.id] })).rejects.toMatchObject({ code: 'conflict' });
    await owner.call(resumeRun, { params: { run: second.id }, body: {} });
    expect((await jobOf(second))?.state).toBe('waiting');
    await owner.call(resumeRun, { params: { run: first.id }, body: {} });
    await finish(runner, (await take(await newRunner()))!, trained);
    expect((await jobOf(second))?.state).toBe('queued');
  });

  test('held back, until it is let go', async () => {
    const project = await newProject();
    const run = await project.queue();
    const held = await owner.call(changeJob, { params: { job: run.job }, body: { held: true } });
    expect(held).toMatchObject({ state: 'held', waitsFor: 'its release' });
    const id = await newRunner();
    expect(await take(id)).toBeNull();
    await owner.call(changeJob, { params: { job: run.job }, body: { held: false } });
    expect((await take(id))?.run.id).toBe(run.id);
    await expect(
      owner.call(changeJob, { params: { job: run.job }, body: { held: true } }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a lost attempt', () => {
  const lose = (job: string) => write('UPDATE jobs SET lease_expires_at = 1 WHERE id = ?', job);
  const hurry = (job: string) => write('UPDATE jobs SET not_before = 1 WHERE id = ? AND not_before > 0', job);

  test('is tried again at once, then with longer delays, then it is dead; resumed, it has its attempts again', async () => {
    const project = await newProject();
    const run = await project.queue({ maxAttempts: 3 });
    const id = await newRunner();
    const ms: number[] = [];
    for (let loss = 1; loss <= 3; loss++) {
      const taken = (await take(id))!;
      expect(taken.run.id).toBe(run.id);
      await lose(run.job);
      expect(await take(id).then((next) => next?.run.id ?? null)).toBe(loss === 1 ? run.id : null);
      const job = await jobOf(run);
      if (loss === 1)
        await runner.call(releaseJob, { params: { job: run.job }, body: { fence: taken.lease.fence + 2 } });
      if (job?.notBefore) ms.push(Date.parse(job.notBefore) - Date.now());
      await hurry(run.job);
    }
    expect(ms[0]).toBeGreaterThan(0);
    expect(ms[0]).toBeLessThanOrEqual(1000);
    expect((await jobOf(run))?.state).toBe('dead');
    expect(await owner.call(getRun, { params: { run: run.id } })).toMatchObject({
      state: 'failed',
      reason: 'runner_lost',
    });
    const attempts = await owner.call(listAttempts, { query: { run: run.id } });
    expect(attempts.map(({ ending }) => ending)).toEqual(['lost', 'lost', 'handed back', 'lost']);

    await owner.call(resumeRun, { params: { run: run.id }, body: {} });
    expect(await jobOf(run)).toMatchObject({ state: 'queued', losses: 0 });
  });

  test('whose training hung has that reason in the end', async () => {
    const project = await newProject();
    const run = await project.queue({ maxAttempts: 1 });
    const { lease } = (await take(await newRunner()))!;
    await runner.call(releaseJob, {
      params: { job: lease.job },
      body: { fence: lease.fence, reason: 'hung' },
    });
    expect(await owner.call(getRun, { params: { run: run.id } })).toMatchObject({
      state: 'failed',
      reason: 'hung',
    });
  });

  test('that takes too long has timed out, and is not tried again', async () => {
    const project = await newProject();
    const run = await project.queue({ timeoutSeconds: 1 });
    await take(await newRunner());
    await expect.poll(() => stateOf(run), { timeout: 5000 }).toBe('failed');
    expect(await owner.call(getRun, { params: { run: run.id } })).toMatchObject({ reason: 'timed_out' });
  });
});

test('a run can be cloned', async () => {
  const project = await newProject();
  const run = await project.queue();
  const clone = await owner.call(cloneRun, { params: { run: run.id }, body: { name: 'again' } });
  made.push(clone);
  expect(clone).toMatchObject({ name: 'again', pipelineVersion: run.pipelineVersion, state: 'queued' });
  expect(clone.id).not.toBe(run.id);
});

test('runners show what they do and how busy they are', async () => {
  const project = await newProject();
  const run = await project.queue();
  const id = await newRunner({ labels: ['eu'] });
  await take(id);
  const usage = { at: new Date().toISOString(), cpu: 0.5, memory: 0.25, gpu: null, gpuMemory: null };
  const body = { name: 'test', device: 'test', capabilities: PLAIN, usage };
  await runner.call(registerRunner, { params: { runner: id }, body });
  const found = (await owner.call(listRunners, {})).find((one) => one.id === id);
  expect(found).toMatchObject({ capabilities: PLAIN, usage: [usage] });
  expect(found?.runs).toEqual([{ id: run.id, name: run.name, project: project.name }]);
});

describe('a log', () => {
  test('keeps each line once, in order, and is searched', async () => {
    const project = await newProject();
    const run = await project.queue();
    const { lease } = (await take(await newRunner()))!;
    const at = new Date().toISOString();
    const line = (n: number, text: string) => ({ line: n, at, level: 'info' as const, text });
    const post = (...lines: ReturnType<typeof line>[]) =>
      runner.call(postJobLog, { params: { job: lease.job }, body: { fence: lease.fence, lines } });
    await post(line(0, 'epoch 1'), line(1, 'a warning of 100% memory'));
    await post(line(1, 'a warning of 100% memory'), line(2, 'epoch 2'));
    const log = (query: { search?: string; after?: string } = {}) =>
      owner
        .call(getRunLog, { params: { run: run.id }, query })
        .then((lines) => lines.map(({ text }) => text));
    expect(await log()).toEqual(['epoch 1', 'a warning of 100% memory', 'epoch 2']);
    expect(await log({ search: 'EPOCH' })).toEqual(['epoch 1', 'epoch 2']);
    expect(await log({ search: '0%' })).toEqual(['a warning of 100% memory']);
    expect(await log({ after: `${lease.fence}.1` })).toEqual(['epoch 2']);
    await expect(log({ after: 'x' })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

test('what scales the fleet reads the depth of the queue', async () => {
  const project = await newProject();
  await project.queue();
  await project.queue({ notBefore: new Date(Date.now() + 60_000).toISOString() });
  const metrics = (token?: string) =>
    fetch(`${edge.url}/metrics`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  const text = await (await metrics(edge.runnerToken)).text();
  expect(text).toMatch(/^trainyard_jobs_waiting 1$/m);
  expect(text).toMatch(/^trainyard_jobs_blocked 1$/m);
  expect((await metrics()).status).toBe(401);
});
