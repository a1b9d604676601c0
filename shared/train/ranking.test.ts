/** Losses that compare the rows of a batch with one another. */
import { expect, it } from 'vitest';
import type { ColumnData, Table } from '../data/table.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { createRandom } from '../graph/random.ts';
import type { MetricPoint } from '../schema/metric.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

const candidates = [{ name: 'plain', device: 'test', start: async () => createPlainExecutor() }];

/** 30 users who rate by the same taste, each from a level of their own, which no column tells. */
function tastesTable(): Table {
  const random = createRandom(5);
  const users = Array.from({ length: 240 }, (_, row) => row % 30);
  const taste = Float64Array.from(users, () => random());
  return {
    rows: users.length,
    columns: new Map<string, ColumnData>([
      ['user', { type: 'category', values: users.map((user) => `u${user}`) }],
      ['taste', { type: 'number', values: taste }],
      ['rating', { type: 'number', values: taste.map((value, row) => value + 50 * (users[row]! % 7)) }],
    ]),
  };
}

it('bpr learns the order within users, however they differ', async () => {
  const spec: NetworkPipeline = cloudsSpec({
    task: 'regression',
    target: 'rating',
    rankWithin: 'user',
    features: [{ column: 'taste', steps: [{ type: 'standardise' }] }],
    model: [],
    training: { ...cloudsSpec().training, epochs: 8, batchSize: 32, loss: { type: 'bpr' } },
  });
  const points: MetricPoint[] = [];
  const options = { spec, table: tastesTable(), datasetSha256: 'a'.repeat(64) };
  const { metrics } = await finish(trainPipeline(candidates, options), (event) => {
    if (event.type === 'metrics') points.push(...event.points);
  });
  const of = (name: string) => points.filter((p) => p.split === 'validation' && p.name === name);
  expect(metrics.test.ndcg).toBeCloseTo(1, 6); // one weight of the right sign brings every user's items in order
  expect(of('ndcg')).toHaveLength(8);
  expect(of('loss').at(-1)!.value).toBeLessThan(of('loss')[0]!.value);
});

it('triplets learn to tell classes apart', async () => {
  const training = { ...cloudsSpec().training, epochs: 30, batchSize: 32 };
  const spec = cloudsSpec({ training: { ...training, loss: { type: 'triplet', margin: 0.5, weight: 1 } } });
  const options = { spec, table: cloudsTable(), datasetSha256: 'a'.repeat(64) };
  const { metrics } = await finish(trainPipeline(candidates, options));
  expect(metrics.test.accuracy).toBeGreaterThanOrEqual(0.9);
});
