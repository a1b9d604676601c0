/** A run that is finished early and gone on with, by the command line alone: real server, real runner. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { getPipelineVersion, putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { createRun, getRun, getRunMetrics, listRuns } from '../../shared/api/routes/runs.ts';
import { Run } from '../../shared/schema/run.ts';
import { pushDataset } from '../helpers/edge-scenario.ts';
import { LONG, ROWS } from '../helpers/long-run.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

let bench: Workbench;
let run: Run;
beforeAll(async () => {
  bench = await openWorkbench({ runner: true });
  const { client } = bench;
  const project = 'default';
  await client.call(createProject, { body: { name: 'elsewhere' } });
  const dataset = await pushDataset(client, project, { bytes: ROWS });
  const params = { project, pipeline: 'points' };
  const { id } = await client.call(putPipeline, { params, body: LONG });
  const body = { datasetVersion: dataset.id, pipelineVersion: id, model: 'points', on: 'runner' as const };
  run = await client.call(createRun, { params: { project }, body });
}, 60_000);
afterAll(() => bench?.close());

const read = (id: string) => bench.client.call(getRun, { params: { run: id } });
const answer = async (...words: string[]) => {
  const { code, stdout, stderr } = await bench.trainyard(['run', ...words, '--json']);
  expect(code, stderr + stdout).toBe(0);
  return Run.parse(JSON.parse(stdout));
};

it('finishes a run early, with a model', async () => {
  const points = () => bench.client.call(getRunMetrics, { params: { run: run.id } });
  await expect.poll(points, { timeout: 60_000 }).not.toEqual([]);
  expect(await answer('finish', run.id)).toMatchObject({ id: run.id, finishRequested: true });
  await expect
    .poll(() => read(run.id), { timeout: 30_000 })
    .toMatchObject({
      state: 'succeeded',
      modelVersion: expect.any(String),
    });
  const last = (await points()).at(-1)!;
  expect(last.epoch).toBeLessThan(LONG.training.epochs);

  const again = await bench.trainyard(['run', 'finish', run.id]);
  expect([again.code, again.stderr]).toEqual([
    2,
    expect.stringContaining('is succeeded; only a running run can be finished early'),
  ]);
});

it('goes on with it as a new run, which takes nothing from the first', async () => {
  const before = await read(run.id);
  const points = await bench.client.call(getRunMetrics, { params: { run: run.id } });
  const epochs = Math.ceil(points.at(-1)!.epoch) + 1;
  const numbers = ['--epochs', String(epochs), '--learning-rate', '0.00005', '--patience', '7'];
  const extended = await answer('extend', run.id, ...numbers, '--follow');
  expect(extended).toMatchObject({ state: 'succeeded', model: 'points', name: `${run.name} +` });
  const { spec } = await bench.client.call(getPipelineVersion, {
    params: { version: extended.pipelineVersion },
  });
  expect(spec).toEqual({
    ...LONG,
    training: {
      ...LONG.training,
      epochs,
      earlyStopping: { patience: 7 },
      optimizer: { type: 'adam', learningRate: 0.00005 },
    },
  });
  const all = await bench.client.call(getRunMetrics, { params: { run: extended.id } });
  for (const point of points) expect(all).toContainEqual(point);
  expect(all.at(-1)!.epoch).toBe(epochs);
  expect(await read(run.id)).toEqual(before);
});

it('puts a run where a tab takes it up, and a stopped one back again', async () => {
  const waiting = await answer('extend', run.id, '--epochs', '200', '--on', 'browser');
  expect(waiting).toMatchObject({ state: 'queued', on: 'browser' });
  expect(await answer('stop', waiting.id)).toMatchObject({ state: 'stopped' });
  expect(await answer('resume', waiting.id, '--on', 'browser')).toMatchObject({ on: 'browser' });
  expect(await answer('stop', waiting.id)).toMatchObject({ state: 'stopped' });
});

it('refuses what cannot go on from it, and leaves nothing behind', async () => {
  await writeFile(join(bench.folder, 'wider.json'), JSON.stringify({ ...LONG, model: [] }));
  const runs = () => bench.client.call(listRuns, { params: { project: 'default' } });
  const before = await runs();
  const cases: [words: string[], message: RegExp][] = [
    [[], /nothing differs: expected --epochs/],
    [['--definition', 'wider.json'], /learns something else: only epochs, learning rate/],
    [['--epochs', '9', '--project', 'elsewhere'], /is not of project elsewhere/],
    [['--epochs', '9', '--on', 'the moon'], /Allowed choices are runner, browser/],
  ];
  for (const [words, message] of cases) {
    const { code, stdout, stderr } = await bench.trainyard(['run', 'extend', run.id, ...words]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  }
  expect(await runs()).toEqual(before);
});
