/** What is told of whole numbers must be what an endpoint then answers with. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createWasmExecutor } from '../executors/wasm/wasm-executor.ts';
import { loadPlan } from '../plan/load-plan.ts';
import { makePlan } from '../plan/make-plan.ts';
import { PRECISIONS } from '../schema/precision.ts';
import { splitRows } from './split-rows.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

const kernels = await WebAssembly.compile(
  await readFile(new URL('../executors/wasm/dist/kernels.wasm', import.meta.url)),
);
const wasm = { name: 'wasm', device: 'here', start: async () => createWasmExecutor(kernels) };
const table = cloudsTable(300);
const datasetSha256 = 'a'.repeat(64);
const wide = cloudsSpec({
  model: [
    { type: 'dense', units: 32, activation: 'relu' },
    { type: 'dense', units: 16, activation: 'relu' },
  ],
});

it('a trained network says what it loses in whole numbers, and loses that', async () => {
  const spec = wide;
  const trained = await finish(trainPipeline([wasm], { spec, table, datasetSha256 }));
  const artifact = decodeArtifact(trained.artifact, trained.sha256);
  const { rows, metrics, ranges } = artifact.calibration!;
  const validation = splitRows(table, spec).validation;
  expect(rows).toBe(validation.length);
  expect(metrics.float32.accuracy).toBe(trained.metrics.validation.accuracy);
  // the first product has two inputs, the last two columns: too few to be worth it
  const [[name, [low, high]], ...others] = Object.entries(ranges) as [[string, [number, number]]];
  expect(others).toEqual([]);
  expect(artifact.parameters.get(name)!.shape).toEqual([32, 16]);
  expect(low).toBe(0); // behind a ReLU
  expect(high).toBeGreaterThan(0);

  const [a, b, label] = ['a', 'b', 'label'].map((column) => table.columns.get(column)!.values);
  const instances = [...validation].map((row) => ({ a: a![row], b: b![row] }));
  const probabilities = new Set<string>();
  for (const precision of PRECISIONS) {
    const plan = await loadPlan((await makePlan(artifact, kernels, precision))!, kernels);
    const predictions = plan.predict(instances)!;
    const right = predictions.filter((one, i) => 'label' in one && one.label === label![validation[i]!]);
    expect(right.length / rows).toBeCloseTo(metrics[precision].accuracy!, 12);
    probabilities.add(JSON.stringify(predictions));
  }
  expect(probabilities.size).toBe(3); // they do compute in different numbers
});

it('is measured by the executor that serves, whatever trains; not without it, nor of what has nothing to gain', async () => {
  const calibrationOf = async (candidates: Parameters<typeof trainPipeline>[0], spec = wide) =>
    decodeArtifact((await finish(trainPipeline(candidates, { spec, table, datasetSha256 }))).artifact)
      .calibration;
  const plain = plainCandidate('here');
  expect(await calibrationOf([plain])).toBeUndefined();
  expect(await calibrationOf([{ ...wasm, name: 'other' }, plain])).toBeDefined(); // trains on it, by any name
  expect(await calibrationOf([wasm], cloudsSpec())).toBeUndefined();
});
