/** The queue and logs by the command line alone: real server, and after a while a real runner. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import type { Run } from '../../shared/schema/run.ts';
import { pushDataset } from '../helpers/edge-scenario.ts';
import { ROWS, SHORT } from '../helpers/long-run.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

let bench: Workbench;
let first: Run;
let second: Run;

beforeAll(async () => {
  bench = await openWorkbench({ runner: false });
  const { client } = bench;
  const project = 'default';
  const dataset = await pushDataset(client, project, { bytes: ROWS });
  const { id } = await client.call(putPipeline, { params: { project, pipeline: 'points' }, body: SHORT });
  const queue = (name: string) => {
    const body = { datasetVersion: dataset.id, pipelineVersion: id, model: 'points', name };
    return client.call(createRun, { params: { project }, body: { ...body, on: 'runner' } });
  };
  first = await queue('first');
  second = await queue('second');
}, 60_000);
afterAll(() => bench?.close());

async function answer(...words: string[]) {
  const { code, stdout, stderr } = await bench.trainyard([...words, '--json']);
  expect(code, stderr + stdout).toBe(0);
  return JSON.parse(stdout);
}
const inQueue = async () => (await answer('queue', 'list')).jobs.map(({ run }: { run: string }) => run);

it('puts runs in order, holds them back and lets them go', async () => {
  expect(await inQueue()).toEqual([first.id, second.id]);
  expect(await answer('queue', 'priority', first.id, '-7')).toMatchObject({ run: first.id, priority: -7 });
  expect(await inQueue()).toEqual([second.id, first.id]);
  expect(await answer('queue', 'hold', second.id)).toMatchObject({ state: 'held', waitsFor: 'its release' });
  const { stdout } = await bench.trainyard(['queue', 'list']);
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['run', 'project', 'state', 'priority', 'lost', 'queued', 'waits for'],
    [second.id, 'default', 'held', '0', '0 of 5', expect.any(String), 'its release'],
    [first.id, 'default', 'queued', '-7', '0 of 5', expect.any(String), 'a runner: none is there'],
    [''],
  ]);
  expect(await answer('queue', 'release', second.id)).toMatchObject({ state: 'queued' });
});

it('clones a run, and finds it by its name', async () => {
  const clone = await answer('run', 'clone', first.id, '--name', 'once more', '--priority', '3');
  expect(clone).toMatchObject({ state: 'queued', pipelineVersion: first.pipelineVersion, name: 'once more' });
  expect(await inQueue()).toEqual([clone.id, second.id, first.id]);
  const names = (await answer('run', 'list', '--search', 'MORE')).map(({ name }: Run) => name);
  expect(names).toEqual(['once more']);
  expect(await answer('run', 'list', '--state', 'succeeded', '--sort', 'accuracy')).toEqual([]);
  for (const { id } of [clone, second]) await answer('run', 'stop', id);
});

it('shows what was said while a run was trained', async () => {
  expect(await answer('run', 'log', first.id)).toEqual([]);
  bench.startRunner();
  await expect
    .poll(async () => (await answer('run', 'show', first.id)).state, { timeout: 60_000 })
    .toBe('succeeded');
  const lines: { line: number; text: string }[] = await answer('run', 'log', first.id);
  expect(lines.map(({ line }) => line)).toEqual(lines.map((_, i) => i));
  expect(lines[0]!.text).toMatch(/^job started {2}attempt=1 {2}from=start {2}pid=\d+$/);
  expect(lines.at(-1)!.text).toBe('succeeded');
  const { stdout } = await bench.trainyard(['run', 'log', first.id, '--search', 'EPOCH=10/10']);
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^\S+Z {2}epoch {2}epoch=10\/10 {2}.*validation accuracy=/),
  ]);
});

it.each<[what: string, words: string[], message: RegExp]>([
  ['a priority that is none', ['queue', 'priority', 'run_x', 'high'], /whole number from -100 to 100/],
  ['a run that is none', ['queue', 'hold', 'run_x'], /run/],
  [
    'a run that nobody can hold any more',
    ['queue', 'hold', 'FIRST'],
    /is done; only one that nobody has taken/,
  ],
  ['an order that there is not', ['run', 'list', '--sort', 'beauty'], /Allowed choices are created, loss/],
])('refuses %s', async (_, words, message) => {
  const { code, stdout, stderr } = await bench.trainyard(
    words.map((word) => (word === 'FIRST' ? first.id : word)),
  );
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});
