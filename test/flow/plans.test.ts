/** Plans of models that endpoints serve: written when one is put, and again where the kernels have become others. */

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { kernelsOf } from '../../shared/plan/plan.ts';
import { decodePlan } from '../../shared/plan/plan-file.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import {
  apiOf,
  CSV,
  createModelProject,
  deployTrained,
  SPEC,
  trainArtifact,
} from '../helpers/edge-scenario.ts';

const KERNELS = new URL('../../shared/executors/wasm/dist/kernels.wasm', import.meta.url);
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge?.close());

test('a plan of other kernels is made anew behind the answer', async () => {
  const api = apiOf(edge);
  const kernels = kernelsOf(await WebAssembly.compile(await readFile(KERNELS)));
  const project = await createModelProject(api, 'points', { bytes: CSV, type: 'text/csv', spec: SPEC });
  const trained = await trainArtifact();
  await deployTrained(api, project, 'points', trained);
  const key = (await edge.blobKeys()).find((one) => one.endsWith(`/plans/${trained.sha256}`))!;
  const blobs = await edge.blobs();
  const kernelsOfPlan = async () => (await blobs.get(key))?.customMetadata?.kernels;
  expect(await kernelsOfPlan()).toBe(kernels);

  // what an older Worker would have left: numbers that these kernels cannot read
  await blobs.put(key, new ArrayBuffer(8), { customMetadata: { kernels: 'older' } });
  const answer = () =>
    api.call(predict, { params: { endpoint: 'points' }, body: { instances: [{ a: 19, b: 20 }] } });
  const [byArtifact] = (await answer()).predictions;
  expect(byArtifact).toMatchObject({ label: 'high' });
  await vi.waitFor(async () => expect(await kernelsOfPlan()).toBe(kernels), { timeout: 10_000 });
  const stored = await (await blobs.get(key))!.arrayBuffer();
  expect(decodePlan(new Uint8Array(stored)).kernels).toBe(kernels);
  const [byPlan] = (await answer()).predictions;
  expect(byPlan).toMatchObject({ label: 'high' });
});
