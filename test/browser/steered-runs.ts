/** Runs that tests steer and interrupt: queued through the API, trained in a page, and held against the same training undisturbed. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { createClient } from '../../shared/api/client.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { createRun, getRun, getRunMetrics } from '../../shared/api/routes/runs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Place, Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { FAST_CLOCK } from '../fast-clock.ts';
import { pushDataset } from '../helpers/edge-scenario.ts';
import { ROWS } from '../helpers/long-run.ts';
import { wasmCandidate } from '../helpers/wasm-candidate.ts';
import { signIn } from './journey.ts';

/** A project with a small dataset, whose runs wait for a tab or a runner. */
export async function prepareProject(trainyard: LocalTrainyard, project: string) {
  const api = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
  await api.call(createProject, { body: { name: project } });
  const dataset = await pushDataset(api, project, { bytes: ROWS });
  const pageOf = ({ id }: Run) => `${trainyard.url}/projects/${project}/runs/${id}`;
  return {
    api,
    async queue(spec: NetworkPipeline, { on = 'browser' as Place, name = project } = {}): Promise<Run> {
      const params = { project, pipeline: 'points' };
      const { id } = await api.call(putPipeline, { params, body: spec });
      const body = { datasetVersion: dataset.id, pipelineVersion: id, model: 'points', on, name };
      return api.call(createRun, { params: { project }, body });
    },
    pageOf,
    read: ({ id }: Pick<Run, 'id'>) => api.call(getRun, { params: { run: id } }),
    async curvesOf({ id }: Pick<Run, 'id'>): Promise<MetricPoint[]> {
      return inOrder(await api.call(getRunMetrics, { params: { run: id } }));
    },
    /** Opens the page of a run that waits for a tab, signed in, and begins to train it. */
    async trainIn(page: Page, run: Run): Promise<void> {
      await signIn(page, trainyard.url, trainyard.ownerToken);
      await page.goto(pageOf(run));
      await page.getByRole('button', { name: 'Train it in this tab' }).click();
    },
  };
}

/** The training worker's clock runs fast: it keeps a checkpoint ten times a second. Init scripts do not reach workers. */
export async function hurry(page: Page): Promise<void> {
  await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${FAST_CLOCK}\n${await response.text()}` });
  });
}

/** The checkpoint that this machine keeps of a run, and when it was written, ms since 1970; null without one. */
function keptCheckpoint(page: Page, { id }: Run) {
  return page.evaluate(async (run) => {
    try {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle('trainings')).getDirectoryHandle(run);
      const file = await (await folder.getFileHandle('checkpoint')).getFile();
      const bytes = file.size > 0 ? [...new Uint8Array(await file.arrayBuffer())] : null;
      return bytes && { bytes, at: file.lastModified };
    } catch {
      return null;
    }
  }, id);
}

/** The runs that this machine keeps anything of. */
export function keptRuns(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const runs: string[] = [];
    for await (const name of (await root.getDirectoryHandle('trainings', { create: true })).keys())
      runs.push(name);
    return runs;
  });
}

/** Until this machine keeps a checkpoint of the run that is younger than now. */
export async function untilKept(page: Page, run: Run): Promise<void> {
  const now = Date.now();
  const isKept = async () => ((await keptCheckpoint(page, run))?.at ?? 0) > now;
  await expect.poll(isKept, { timeout: 30_000, interval: 50 }).toBe(true);
}

/** A point that the server has, and the tab knows: it sends more only when it has heard that what it sent before has come. */
export async function pointKnownSent(read: () => Promise<MetricPoint[]>): Promise<MetricPoint> {
  const count = async () => (await read()).length;
  await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(0);
  const first = await read();
  await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(first.length);
  return first[0]!;
}

/** Steps of the points that the page's worker sends from now on. */
export async function stepsSent(page: Page): Promise<number[]> {
  const steps: number[] = [];
  await page.route(/\/v1\/jobs\/[^/]+\/metrics$/, async (route) => {
    const { points } = route.request().postDataJSON() as { points: MetricPoint[] };
    steps.push(...points.map(({ step }) => step));
    await route.continue();
  });
  return steps;
}

/** The curves of a training that nothing disturbs, by the kernels that a tab has. */
export async function undisturbed(spec: NetworkPipeline): Promise<MetricPoint[]> {
  const options = { spec, table: loadDataset(ROWS, 'csv'), datasetSha256: sha256(ROWS) };
  const points: MetricPoint[] = [];
  for await (const event of trainPipeline([wasmCandidate], options)) {
    if (event.type === 'metrics') points.push(...event.points);
  }
  return inOrder(points);
}

/** Each step once, none missing, every value within `tolerance`. */
export function expectSameCurves(
  points: readonly MetricPoint[],
  expected: readonly MetricPoint[],
  tolerance: number,
): void {
  const place = ({ value: _, ...rest }: MetricPoint) => rest;
  expect(points.map(place)).toEqual(expected.map(place));
  const furthest = Math.max(...points.map(({ value }, i) => Math.abs(value - expected[i]!.value)));
  expect(furthest).toBeLessThanOrEqual(tolerance);
}

/** Without the rows a second, of which each attempt has its own. */
function inOrder(points: readonly MetricPoint[]): MetricPoint[] {
  const key = ({ split, name, step }: MetricPoint) => `${split} ${name} ${String(step).padStart(9, '0')}`;
  return points.filter(({ name }) => name !== 'throughput').sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Chromium writes what a page stores only some seconds later: until the profile's files hold that the run was begun. */
export async function untilRemembered(profile: string, { id }: Run): Promise<void> {
  const folder = join(profile, 'Default', 'Local Storage', 'leveldb');
  const written = async () => {
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    return files.some((bytes) => bytes.includes(id));
  };
  await expect.poll(written, { timeout: 30_000 }).toBe(true);
}
