/** A plan, through its bytes, must answer as the artifact does. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { createPredictor } from '../artifact/predictor.ts';
import type { Table } from '../data/table.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { sha256 } from '../sha256.ts';
import { trainPipeline } from '../train/train-pipeline.ts';
import { loadPlan } from './load-plan.ts';
import { makePlan } from './make-plan.ts';
import { kernelsOf } from './plan.ts';
import { decodePlan, encodePlan } from './plan-file.ts';

const kernels = await WebAssembly.compile(
  await readFile(new URL('../executors/wasm/dist/kernels.wasm', import.meta.url)),
);

const ROWS = 60;
const at = <T>(of: (row: number) => T): T[] => Array.from({ length: ROWS }, (_, row) => of(row));
const picture = (row: number) => ({
  ...{ width: 6, height: 6, channels: 1 as const },
  data: Uint8Array.from({ length: 36 }, (_, i) => (row % 2 === 0 ? i * 7 : 255 - i * 5) % 256),
});
const table: Table = {
  rows: ROWS,
  columns: new Map([
    [
      'size',
      { type: 'number', values: Float64Array.from(at((row) => (row % 9 === 4 ? Number.NaN : row / 7))) },
    ],
    ['colour', { type: 'category', values: at((row) => ['red', 'green', 'blue'][row % 3]!) }],
    [
      'words',
      { type: 'category', values: at((row) => (row % 2 === 0 ? 'a good day' : 'no luck at all today')) },
    ],
    ['picture', { type: 'image', values: at(picture) }],
    ['label', { type: 'category', values: at((row) => (row % 2 === 0 ? 'even' : 'odd')) }],
    ['price', { type: 'number', values: Float64Array.from(at((row) => 3 * row + (row % 2))) }],
  ]),
};

const numbers = [
  { column: 'size', steps: [{ type: 'impute', strategy: 'median' }, { type: 'standardise' }] },
  { column: 'colour', steps: [{ type: 'onehot' }] },
];
const training = {
  epochs: 2,
  batchSize: 8,
  optimizer: { type: 'adam', learningRate: 0.01 },
  seed: 1,
  earlyStopping: null,
};
const rest = { schemaVersion: 1, split: { validation: 0.2, test: 0.2 }, training };
const fitted = { kind: 'estimator', training: { seed: 1 } };
const label = { ...rest, task: 'classification', target: 'label' };
const tableRow = { size: 2.5, colour: 'red' };

const CASES: Record<string, { spec: unknown; instances: Record<string, unknown>[] }> = {
  'a network of a table': {
    spec: { ...label, features: numbers, model: [{ type: 'dense', units: 8 }, { type: 'batch-norm' }] },
    instances: [tableRow, { size: null, colour: 'blue' }, { colour: 'green' }],
  },
  'a number': {
    spec: {
      ...rest,
      task: 'regression',
      target: 'price',
      features: numbers,
      model: [{ type: 'dense', units: 4 }],
    },
    instances: [tableRow, { size: 8, colour: 'blue' }],
  },
  'a text read one word after another': {
    spec: {
      ...label,
      features: [{ column: 'words', steps: [{ type: 'tokens', length: 6 }] }],
      model: [
        { type: 'embedding', count: 20, size: 4 },
        { type: 'gru', units: 5 },
      ],
    },
    instances: [{ words: 'a good day' }, { words: 'nothing known' }],
  },
  'a picture': {
    spec: {
      ...label,
      features: [
        {
          column: 'picture',
          steps: [{ type: 'image', height: 6, width: 6, channels: 1, scale: 'zero-one' }],
        },
      ],
      model: [
        { type: 'conv2d', filters: 3, kernelSize: 3 },
        { type: 'max-pooling2d', size: 2 },
        { type: 'flatten' },
      ],
    },
    instances: [
      { picture: picture(0) },
      { picture: at((y) => at((x) => (x * y) % 256).slice(0, 6)).slice(0, 6) },
    ],
  },
  trees: {
    spec: { ...label, ...fitted, features: numbers, model: { type: 'gradient-boosting', rounds: 5 } },
    instances: [tableRow, { size: 1, colour: 'green' }],
  },
  neighbours: {
    spec: { ...label, ...fitted, features: numbers, model: { type: 'nearest-neighbours' } },
    instances: [tableRow],
  },
};

async function train(given: unknown) {
  const spec = PipelineSpec.parse(given);
  const run = trainPipeline([plainCandidate('here')], {
    spec,
    table,
    datasetSha256: sha256(new Uint8Array(1)),
  });
  for (;;) {
    const { done, value } = await run.next();
    if (done) return decodeArtifact(value.artifact);
  }
}

describe.each(Object.entries(CASES))('%s', (_, { spec, instances }) => {
  it('is answered as by the artifact', async () => {
    const artifact = await train(spec);
    const made = await makePlan(artifact, kernels);
    expect(made).not.toBeNull();
    const plan = await loadPlan(decodePlan(encodePlan(made!)), kernels);
    const predictor = await createPredictor(artifact, createPlainExecutor());
    const expected = await predictor.predict(instances);
    for (let twice = 0; twice < 2; twice++) expectAlike(plan.predict(instances), expected);
    expect(plan.predict([...instances, { stranger: 1 }])).toBeNull();
    expect(plan.memory).toBeGreaterThan(0);
  });
});

function expectAlike(given: unknown, expected: unknown): void {
  const round = (_: string, value: unknown) =>
    typeof value === 'number' ? Math.fround(value).toPrecision(4) : value;
  expect(JSON.stringify(given, round)).toBe(JSON.stringify(expected, round));
}

it('kernels say which they are, and what is no plan is refused', () => {
  expect(kernelsOf(kernels)).toMatch(/^[0-9a-f]{16}$/);
  expect(() => decodePlan(new Uint8Array(64))).toThrow('no plan');
});
