/** Hundreds of bodies that are nearly right: none is answered by a fault of ours, and good ones are answered as before. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { fuzz } from '../helpers/fuzz.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  await serveModel(apiOf(edge), 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
});
afterAll(() => edge?.close());

test('fuzzed bodies', async () => {
  const good = () =>
    apiOf(edge)
      .call(predict, { params: { endpoint: 'points' }, body: { instances: [{ a: 1, b: 2 }] } })
      .then(({ predictions }) => predictions);
  const before = await good();
  const { statuses, faults } = await fuzz({ url: edge.url, token: edge.ownerToken }, { from: 0, count: 600 });
  expect(faults).toEqual([]);
  for (const status of [200, 400, 422]) expect(statuses[status]).toBeGreaterThan(4);
  expect(await good()).toEqual(before);
});
