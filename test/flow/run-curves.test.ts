/** Curves of a run as pages read them: a short one whole, of a long one some of each curve at once, and then all of it in pieces. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import { postJobMetrics } from '../../shared/api/routes/jobs.ts';
import { getRunMetrics, getRunOverview } from '../../shared/api/routes/runs.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, claim, queueRun } from '../helpers/edge-scenario.ts';

let edge: Edge;
let owner: Client;
beforeAll(async () => {
  edge = await startEdge();
  owner = apiOf(edge);
});
afterAll(() => edge?.close());

const AT_ONCE = 2000;
/** A loss at each of so many steps, a validation loss at every hundredth. */
const curvesOf = (steps: number): MetricPoint[] =>
  Array.from({ length: steps }, (_, i): MetricPoint[] => {
    const point = { step: i + 1, epoch: (i + 1) / 100, name: 'loss' as const, value: 1 / (i + 1) };
    const train = { ...point, split: 'train' as const };
    return (i + 1) % 100 === 0 ? [train, { ...point, split: 'validation' }] : [train];
  }).flat();

async function runWith(points: readonly MetricPoint[]): Promise<string> {
  const { run } = await queueRun(owner, { on: 'browser' });
  const { lease } = await claim(owner, run.id);
  for (let start = 0; start < points.length; start += AT_ONCE) {
    const body = { fence: lease.fence, points: points.slice(start, start + AT_ONCE) };
    await owner.call(postJobMetrics, { params: { job: lease.job }, body });
  }
  return run.id;
}

test('a short run is told whole', async () => {
  const points = curvesOf(300);
  const run = await runWith(points);
  const overview = await owner.call(getRunOverview, { params: { run } });
  expect(overview.isWhole).toBe(true);
  expect(overview.points).toHaveLength(points.length);
  expect(await owner.call(getRunMetrics, { params: { run } })).toEqual(points);
});

test('of a long run some are told, from the first to the last, and all in pieces', async () => {
  const points = curvesOf(30_000);
  const run = await runWith(points);
  const { isWhole, points: some } = await owner.call(getRunOverview, { params: { run } });
  expect(isWhole).toBe(false);
  const train = some.filter(({ split }) => split === 'train').map(({ step }) => step);
  // one of every 15 steps
  expect(train).toEqual([...Array.from({ length: 2000 }, (_, i) => 15 * i + 1), 30_000]);
  // those are fewer than may be told, so that none is left out
  expect(some.filter(({ split }) => split === 'validation')).toEqual(
    points.filter(({ split }) => split === 'validation'),
  );

  const read: MetricPoint[] = [];
  for (let after = 0; ; after = read.at(-1)!.step) {
    const query = { split: 'train' as const, name: 'loss' as const, after, limit: 16_000 };
    const piece = await owner.call(getRunMetrics, { params: { run }, query });
    read.push(...piece);
    if (piece.length < 16_000) break;
  }
  expect(read).toEqual(points.filter(({ split }) => split === 'train'));
  await expect(owner.call(getRunMetrics, { params: { run }, query: { limit: 1000 } })).rejects.toMatchObject({
    code: 'too_large',
    message: expect.stringContaining('ask for one curve at a time'),
  });
});
