/**
 * The queue beside others that install from npm, on the same machine: claims a second with 100,000 jobs waiting, and the time from adding a
 * job to a waiting runner having it, with 1, 16 and 64 runners. BullMQ and bee-queue count on one Redis; ours are leases in libSQL over HTTP, with
 * fair shares, requirements and fences. Then what only ours has: curves taken in, and a search over 10,000 runs.
 */
import { claimJob, postJobMetrics } from '../../shared/api/routes/jobs.ts';
import { createRun, getRunOverview, listRuns } from '../../shared/api/routes/runs.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { measured, say } from './contest.ts';
import { startBeeQueue } from './queue/bee-queue.ts';
import { startBullMq } from './queue/bullmq.ts';
import { type OwnQueue, startOwnQueue } from './queue/own-queue.ts';
import { type Row, rowsOf } from './rows.ts';

const JOBS = Number(process.env.JOBS ?? 100_000);
const RUNNERS = [1, 16, 64];
const CLAIMS = 400;
const STARTS = 20;
const ROUNDS = 3;
const OURS = 'trainyard';
const COMPARED = [
  [OURS, 'bullmq'],
  [OURS, 'bee-queue'],
] as const;

export async function bench(): Promise<Row[]> {
  const own = await startOwnQueue();
  const contestants = new Map([
    [OURS, own],
    ['bullmq', await startBullMq()],
    ['bee-queue', await startBeeQueue()],
  ]);
  const rows: Row[] = [];
  try {
    for (const [name, contestant] of contestants) {
      say(`${name}: ${JOBS} jobs`);
      await contestant.fill(JOBS);
    }
    for (const runners of RUNNERS) {
      const claims = measured('1/s', contestants.keys());
      for (let round = 0; round < ROUNDS; round++) {
        const order = round % 2 === 0 ? [...contestants] : [...contestants].reverse();
        for (const [name, contestant] of order)
          claims.values[name]!.push((1000 * CLAIMS) / (await contestant.claim(runners, CLAIMS)));
      }
      rows.push(...rowsOf(`${runners} runners`, 'claims', claims, COMPARED));
    }
    for (const runners of RUNNERS) {
      const starts = measured('ms', contestants.keys());
      for (const [name, contestant] of contestants)
        starts.values[name]!.push(...(await contestant.startLatencies(runners, STARTS)));
      rows.push(...rowsOf(`${runners} runners`, 'enqueue to start', starts, COMPARED));
    }
    return [...rows, ...(await curves(own)), ...(await longCurve(own)), ...(await runList(own))];
  } finally {
    for (const contestant of contestants.values()) await contestant.close();
  }
}

/** Batches of points under a lease. */
async function curves({ api, model }: OwnQueue): Promise<Row[]> {
  const { datasetVersion, pipelineVersion, model: name } = model.run;
  const run = await api.call(createRun, {
    params: { project: model.project },
    body: { datasetVersion, pipelineVersion, model: name, on: 'browser' },
  });
  const { lease } = (await api.call(claimJob, {
    body: { runner: null, run: run.id, device: newId('runner') },
  }))!;
  let step = 0;
  const send = async (count: number): Promise<number> => {
    const points = Array.from({ length: count }, () => ({
      ...{ step: step++, epoch: 0, split: 'train' as const, name: 'loss' as const, value: Math.random() },
    }));
    const started = performance.now();
    await api.call(postJobMetrics, { params: { job: lease.job }, body: { fence: lease.fence, points } });
    return performance.now() - started;
  };
  const times = async (batches: number, count: number) => {
    const all: number[] = [];
    for (let i = 0; i < batches; i++) all.push(await send(count));
    return all;
  };
  await times(10, 10);
  const [small, large] = [await times(100, 10), await times(10, 2000)];
  return [
    ...rowsOf('metrics', 'batch of 10 points', { unit: 'ms', values: { [OURS]: small } }),
    ...rowsOf('metrics', 'points', {
      unit: '1/s',
      values: { [OURS]: large.map((ms) => (1000 * 2000) / ms) },
    }),
  ];
}

const LONG = 1_000_000;

/** Until so much of a run of a million points is there that a screen shows it. */
async function longCurve({ api, database, model }: OwnQueue): Promise<Row[]> {
  const run = model.run.id;
  await database.execute({
    sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${LONG})
      INSERT INTO metric_points (workspace, run, split, name, step, epoch, value)
      SELECT r.workspace, r.id, 'train', 'loss', i, i / 1000.0, 1.0 / i FROM n, runs r WHERE r.id = ?`,
    args: [run],
  });
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    const started = performance.now();
    await api.call(getRunOverview, { params: { run } });
    times.push(performance.now() - started);
  }
  return rowsOf('metrics', `overview of ${LONG} points`, { unit: 'ms', values: { [OURS]: times } });
}

const RUNS = 10_000;

async function runList({ api, database, model, add }: OwnQueue): Promise<Row[]> {
  await database.execute(`DELETE FROM job_attempts`);
  await database.execute(`DELETE FROM jobs WHERE state IN ('queued', 'done') AND id LIKE 'job_000%'`);
  await database.execute(`DELETE FROM runs WHERE id LIKE 'run_000%'`);
  await add('succeeded', RUNS);
  const params = { project: model.project };
  const queries = {
    'newest 100': {},
    'search by name': { search: '9999' },
    'best 100 by accuracy': { sort: 'accuracy' as const },
    'failed ones': { state: 'failed' as const },
  };
  const rows: Row[] = [];
  for (const [what, query] of Object.entries(queries)) {
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const started = performance.now();
      await api.call(listRuns, { params, query });
      times.push(performance.now() - started);
    }
    rows.push(...rowsOf(`${RUNS} runs`, what, { unit: 'ms', values: { [OURS]: times } }));
  }
  return rows;
}
