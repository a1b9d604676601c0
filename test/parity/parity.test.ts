/**
 * One artifact, the same rows: features are the same bytes in Node, workerd and Chromium, and answers agree to 1e-5 on
 * every executor that serves or trains.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExecutors } from '../../gpu-runner/executors.ts';
import { decodeSentImage } from '../../shared/data/decode-sent.ts';
import type { ColumnData, Image, Table } from '../../shared/data/table.ts';
import { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import type { Candidate } from '../../shared/executors/choose/candidate.ts';
import { plainCandidate } from '../../shared/executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { createRandom } from '../../shared/graph/random.ts';
import { GOLDEN } from '../../shared/pipeline/golden-for-tests.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { shapePictures, shapesSpec } from '../../shared/train/shapes-for-tests.ts';
import {
  sentences,
  tinyLanguageSpec,
  tinyLanguageTable,
} from '../../shared/train/tiny-language-for-tests.ts';

import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { hasChromium } from '../browser/chromium.ts';
import { type Answer, answer, type Question } from './probe.ts';
import { type Runtime, startChromium, startWorkerd } from './runtimes.ts';

/** Said by the tests that skip. */
const NO_CHROMIUM = 'no Chromium here: apt-get install chromium, or name one in CHROMIUM';
const TOLERANCE = 1e-5;
const BROWSER_EXECUTORS = ['webgpu', 'wasm', 'tfjs:webgl'];

let runner: Candidate[];
let workerd: Runtime;
let chromium: Runtime | undefined;
beforeAll(async () => {
  [runner, workerd, chromium] = await Promise.all([
    findExecutors(),
    startWorkerd(),
    hasChromium ? startChromium() : undefined,
  ]);
});
afterAll(() => Promise.all([workerd?.close(), chromium?.close()]));

describe('features', () => {
  const expected = Object.fromEntries(GOLDEN.map(({ name, bytes }) => [name, bytes]));
  it('are the golden bytes in workerd', async () => expect(await workerd.golden()).toEqual(expected));
  it('are the golden bytes in Chromium', async ({ skip }) => {
    if (!chromium) skip(NO_CHROMIUM);
    else expect(await chromium.golden()).toEqual(expected);
  });
});

describe.each([
  ['a table classifier', tableQuestion],
  ['a regression', regressionQuestion],
  ['a small CNN', pictureQuestion],
  ['boosted trees', treesQuestion],
  ['a translation', translationQuestion],
  ['boxes in pictures', boxesQuestion],
  ['a variational autoencoder', () => madePictures(...AUTOENCODER)],
  ['a diffusion model', () => madePictures(...DIFFUSION)],
] as const)('answers of %s', (_, ask) => {
  let question: Question;
  let reference: Answer;
  beforeAll(async () => {
    question = await ask();
    reference = await answer(question, createPlainExecutor());
    const ofPictures = 'image' in reference.predictions[0]!;
    expect(spread(reference.predictions)).toBeGreaterThan(ofPictures ? 100 * TOLERANCE : 0.01);
  });

  it('agree at the edge (workerd)', async () => same(await workerd.answer(question, 'wasm'), reference));

  it.for(BROWSER_EXECUTORS)('agree in the tab on %s', async (executor, { skip }) => {
    if (!chromium) skip(NO_CHROMIUM);
    else same(await chromium.answer(question, executor), reference);
  });

  it.for(['tensorflow', 'wasm'])('agree on the runner on %s', async (name, { skip }) => {
    const candidate = runner.find((one) => one.name === name);
    if (!candidate) skip(`skipped: no ${name} here`);
    else same(await answer(question, await candidate.start()), reference);
  });
});

function same(actual: Answer, reference: Answer): void {
  expect(actual.features).toBe(reference.features);
  expect(texts(actual.predictions)).toEqual(texts(reference.predictions));
  const [got, wanted] = [numbers(actual.predictions), numbers(reference.predictions)];
  expect(got).toHaveLength(wanted.length);
  const furthest = Math.max(
    ...got.map((value, i) => Math.abs(value - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!))),
  );
  expect(furthest).toBeLessThanOrEqual(TOLERANCE);
}

const texts = (predictions: Prediction[]): string[] =>
  predictions.flatMap((one) => ('text' in one ? [one.text] : []));

/** Of a picture the pixels in steps that are as small as the tolerance, so that what differs by one step of 255 passes, and no more. */
const numbers = (predictions: Prediction[]): number[] =>
  predictions.flatMap((one) => {
    if ('value' in one) return [one.value];
    if ('text' in one) return [one.score];
    if ('image' in one) return [...decodeSentImage(one.image).data].map((pixel) => pixel * TOLERANCE);
    if ('boxes' in one) return one.boxes.flatMap(({ score, box }) => [score, ...box]);
    return Object.values(one.probabilities);
  });

const spread = (predictions: Prediction[]): number => {
  const values = numbers(predictions);
  return Math.max(...values) - Math.min(...values);
};

const training = {
  epochs: 3,
  batchSize: 16,
  optimizer: { type: 'adam', learningRate: 0.01 },
  seed: 7,
  earlyStopping: null,
};
const split = { validation: 0.2, test: 0.2 };
const ROWS = 120;

async function train(spec: unknown, columns: [string, ColumnData][]): Promise<string> {
  const table: Table = { rows: ROWS, columns: new Map(columns) };
  const run = trainPipeline([plainCandidate('here')], {
    spec: PipelineSpec.parse(spec),
    table,
    datasetSha256: '0'.repeat(64),
  });
  for (;;) {
    const next = await run.next();
    if (next.done) return Buffer.from(next.value.artifact).toString('base64');
  }
}

function tableColumns(): { length: Float64Array; island: string[]; species: string[] } {
  const random = createRandom(1);
  const species = Array.from({ length: ROWS }, (_, row) => ['a', 'b', 'c'][row % 3]!);
  return {
    species,
    length: Float64Array.from(species, (one) => 30 + 7 * (one.charCodeAt(0) - 97) + 5 * random()),
    island: species.map((one) => (random() < 0.7 ? `near-${one}` : 'far')),
  };
}

const features = [
  { column: 'length', steps: [{ type: 'impute', strategy: 'median' }, { type: 'standardise' }] },
  { column: 'island', steps: [{ type: 'onehot' }] },
];
const model = [
  { type: 'dense', units: 16, activation: 'relu' },
  { type: 'dropout', rate: 0.1 },
];

async function tableQuestion(): Promise<Question> {
  const { length, island, species } = tableColumns();
  const artifact = await train(
    { schemaVersion: 1, task: 'classification', target: 'species', features, model, split, training },
    [
      ['length', { type: 'number', values: length }],
      ['island', { type: 'category', values: island }],
      ['species', { type: 'category', values: species }],
    ],
  );
  return {
    artifact,
    instances: Array.from({ length: 20 }, (_, i) => ({ length: length[i]! + 0.1, island: island[i]! })),
  };
}

async function treesQuestion(): Promise<Question> {
  const { length, island, species } = tableColumns();
  const artifact = await train(
    {
      ...{ schemaVersion: 1, kind: 'estimator', task: 'classification', target: 'species', features, split },
      model: { type: 'gradient-boosting', rounds: 20, rowsInLeaf: 5 },
      training: { seed: 7 },
    },
    [
      ['length', { type: 'number', values: length }],
      ['island', { type: 'category', values: island }],
      ['species', { type: 'category', values: species }],
    ],
  );
  return {
    artifact,
    instances: Array.from({ length: 20 }, (_, i) => ({ length: length[i]! + 0.1, island: island[i]! })),
  };
}

async function regressionQuestion(): Promise<Question> {
  const { length, island } = tableColumns();
  const artifact = await train(
    { schemaVersion: 1, task: 'regression', target: 'weight', features, model, split, training },
    [
      ['length', { type: 'number', values: length }],
      ['island', { type: 'category', values: island }],
      ['weight', { type: 'number', values: length.map((x, i) => 100 * x + (i % 7)) }],
    ],
  );
  return {
    artifact,
    instances: Array.from({ length: 20 }, (_, i) => ({ length: length[i]! + 0.1, island: island[i]! })),
  };
}

/** Half learnt: texts that differ, and answers that are not sure. */
async function translationQuestion(): Promise<Question> {
  const { columns } = tinyLanguageTable(ROWS);
  const artifact = await train(tinyLanguageSpec({ epochs: 6 }), [...columns]);
  return { artifact, instances: sentences(5, 9).map((english) => ({ english })) };
}

async function pictureQuestion(): Promise<Question> {
  const random = createRandom(2);
  const labels = Array.from({ length: ROWS }, (_, row) => (row % 2 ? 'bright' : 'dark'));
  const pictures = labels.map((label): Image => {
    const base = label === 'bright' ? 120 : 20;
    const data = Uint8Array.from({ length: 12 * 10 * 3 }, () => base + Math.floor(100 * random()));
    return { width: 12, height: 10, channels: 3, data };
  });
  const artifact = await train(
    {
      schemaVersion: 1,
      task: 'classification',
      target: 'label',
      features: [
        { column: 'image', steps: [{ type: 'image', height: 9, width: 9, channels: 3, scale: 'zero-one' }] },
      ],
      model: [
        { type: 'conv2d', filters: 8, kernelSize: 3, stride: 1, padding: 'same', activation: 'relu' },
        { type: 'max-pooling2d', size: 2 },
        { type: 'conv2d', filters: 4, kernelSize: 3, stride: 2, padding: 'valid', activation: 'tanh' },
        { type: 'flatten' },
        { type: 'dense', units: 8, activation: 'sigmoid' },
      ],
      split,
      training,
    },
    [
      ['image', { type: 'image', values: pictures }],
      ['label', { type: 'category', values: labels }],
    ],
  );
  return { artifact, instances: pictures.slice(0, 6).map((picture) => ({ image: nested(picture) })) };
}

/** Learnt long enough that boxes are told. */
async function boxesQuestion(): Promise<Question> {
  const { pictures, boxes } = shapePictures(ROWS);
  const spec = { ...shapesSpec, training: { ...shapesSpec.training, epochs: 4 } };
  const artifact = await train(spec, [
    ['image', { type: 'image', values: pictures }],
    ['boxes', { type: 'boxes', values: boxes }],
  ]);
  return { artifact, instances: pictures.slice(0, 6).map((picture) => ({ image: nested(picture) })) };
}

const nested = ({ width, height, data }: Image) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]),
  );
const blocks = {
  half: { type: 'conv2d', filters: 8, kernelSize: 3, stride: 2 },
  double: { type: 'upsampling2d' },
};
const AUTOENCODER = [
  { type: 'reconstruction' },
  [
    blocks.half,
    { type: 'flatten' },
    { type: 'dense', units: 8, activation: 'linear' },
    { type: 'latent' },
    { type: 'dense', units: 128 },
    { type: 'reshape', shape: [4, 4, 8] },
    blocks.double,
  ],
] as const;
const DIFFUSION = [
  { type: 'denoising', steps: 6 },
  [
    { type: 'conv2d', id: 'full', filters: 8, kernelSize: 3, activation: 'silu' },
    blocks.half,
    { ...blocks.double, id: 'up' },
    { type: 'add', inputs: ['full', 'up'] },
  ],
] as const;

/** Bright on the left or on the right, as new ones are made of seeds. */
async function madePictures(loss: unknown, model: readonly unknown[]): Promise<Question> {
  const random = createRandom(3);
  const pictures = Array.from({ length: ROWS }, (_, row): Image => {
    const data = Uint8Array.from(
      { length: 64 },
      (_, i) => (i % 8 < 4 === (row % 2 === 0) ? 200 : 0) + Math.floor(50 * random()),
    );
    return { width: 8, height: 8, channels: 1, data };
  });
  const artifact = await train(
    {
      ...{ schemaVersion: 1, task: 'image-generation', target: 'picture', model, split },
      features: [
        { column: 'image', steps: [{ type: 'image', height: 8, width: 8, channels: 1, scale: 'zero-one' }] },
      ],
      training: { ...training, epochs: 20, loss },
    },
    [['image', { type: 'image', values: pictures }]],
  );
  return { artifact, instances: [{ seed: 1 }, { seed: 2 }, {}, { seed: 2 ** 31 - 1 }] };
}
