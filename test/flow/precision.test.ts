/** Endpoints that compute in whole numbers, beside one that does not. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../shared/api/client.ts';
import { getEndpoint, predict, putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { getModel } from '../../shared/api/routes/models.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { PRECISIONS, type Precision } from '../../shared/schema/precision.ts';
import { sha256 } from '../../shared/sha256.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import {
  apiOf,
  CSV,
  claim,
  createModelProject,
  finish,
  SPEC,
  type Trained,
  trainArtifact,
} from '../helpers/edge-scenario.ts';

const WIDE = NetworkPipeline.parse({
  ...SPEC,
  model: [32, 16].map((units) => ({ type: 'dense', units, activation: 'relu' })),
});
let edge: Edge;
let api: Client;
beforeAll(async () => {
  edge = await startEdge();
  api = apiOf(edge);
});
afterAll(() => edge?.close());

async function trainWide(): Promise<Trained> {
  const kernels = await WebAssembly.compile(
    await readFile(new URL('../../shared/executors/wasm/dist/kernels.wasm', import.meta.url)),
  );
  const wasm = { name: 'wasm', device: 'here', start: async () => createWasmExecutor(kernels) };
  const spec = WIDE;
  const training = trainPipeline([wasm], {
    spec,
    table: loadDataset(CSV, 'csv'),
    datasetSha256: sha256(CSV),
  });
  for (;;) {
    const { done, value } = await training.next();
    if (done) return value;
  }
}

/** The id of a model version that `trained` became. */
async function register(name: string, spec: NetworkPipeline, trained: Trained): Promise<string> {
  const { project, ...versions } = await createModelProject(api, name, {
    bytes: CSV,
    type: 'text/csv',
    spec,
  });
  await api.call(createRun, { params: { project }, body: { ...versions, model: name, on: 'runner' } });
  return (await finish(api, await claim(api), trained)).modelVersion!;
}

const serve = (endpoint: string, modelVersion: string, precision?: Precision) =>
  api.call(putEndpoint, {
    params: { endpoint },
    body: { deployments: [{ modelVersion, traffic: 100, ...(precision && { precision }) }] },
  });

it('one model is served in each, and answers nearly alike', async () => {
  const modelVersion = await register('wide', WIDE, await trainWide());
  const { latest } = await api.call(getModel, { params: { project: 'wide', model: 'wide' } });
  expect(latest.precisions!.rows).toBe(12);
  expect(Object.keys(latest.precisions!.metrics)).toEqual([...PRECISIONS]);
  expect(latest.precisions).not.toHaveProperty('ranges');

  const instances = [
    { a: 3, b: 2 },
    { a: 18, b: 19 },
  ];
  const answers = new Map<Precision, number[]>();
  for (const precision of PRECISIONS) {
    const name = `wide-${precision}`;
    await serve(name, modelVersion, precision);
    expect((await api.call(getEndpoint, { params: { endpoint: name } })).deployments[0]!.precision).toBe(
      precision,
    );
    const { predictions } = await api.call(predict, { params: { endpoint: name }, body: { instances } });
    answers.set(
      precision,
      predictions.map((one) => (one as { probabilities: Record<string, number> }).probabilities.high!),
    );
    expect(predictions.map((one) => (one as { label: string }).label)).toEqual(['low', 'high']);
  }
  const [exact, near, rough] = PRECISIONS.map((precision) => answers.get(precision)!);
  const distance = (of: number[]) => Math.max(...of.map((p, i) => Math.abs(p - exact![i]!)));
  expect(distance(near!)).toBeLessThan(1e-2);
  expect(distance(rough!)).toBeLessThan(1e-1);
  expect(distance(rough!)).toBeGreaterThan(distance(near!));
  expect(distance(near!)).toBeGreaterThan(0);
});

it('is refused, with nothing changed, where it was not measured', async () => {
  const modelVersion = await register('small', SPEC, await trainArtifact());
  await serve('small', modelVersion);
  expect((await api.call(getEndpoint, { params: { endpoint: 'small' } })).deployments[0]!.precision).toBe(
    'float32',
  );
  await expect(serve('small', modelVersion, 'int8')).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('small@1 cannot be served in int8'),
  });
  await expect(serve('small', modelVersion, 'int4' as never)).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringMatching(/precision.*int16/),
  });
  expect((await api.call(getEndpoint, { params: { endpoint: 'small' } })).deployments[0]!.precision).toBe(
    'float32',
  );
});
