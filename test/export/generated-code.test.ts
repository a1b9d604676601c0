/**
 * What leaves Trainyard as Keras, PyTorch and TypeScript code is run on real rows, and answers as our own predictor does. Skips where
 * the data sets or, for Python, its packages cannot be had.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { AppError } from '../../shared/errors.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import type { ExportFile } from '../../shared/export/export-file.ts';
import { exporters } from '../../shared/export/list.ts';
import type { FeatureStepSpec } from '../../shared/pipeline/feature-spec.ts';
import type { DatasetFormat } from '../../shared/schema/dataset.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { sha256 } from '../../shared/sha256.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { KERNELS } from '../engine/node-executors.ts';
import { findPython } from '../helpers/python.ts';

const home = process.env.TRAINYARD_DATASETS;
const MODULES = ['torch', 'keras', 'numpy', 'safetensors'];
/** One framework does for both. */
const ENV = { KERAS_BACKEND: 'torch' };
const ROWS = 20;
const ROOT = join(import.meta.dirname, '..', '..');
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

interface Case {
  name: string;
  /** The trained model, rows for it, and what our own predictor answers. */
  make(): Promise<{ files: Map<string, string>; rows: object[]; expected: Prediction[] }>;
  csv?: string;
}

const BRANCHED: NetworkPipeline['model'] = [
  { type: 'dense', units: 16, activation: 'relu', id: 'first' },
  { type: 'batch-norm', momentum: 0.9 },
  { type: 'dense', units: 16, activation: 'gelu', id: 'side-way' },
  { type: 'add', inputs: ['first', 'side-way'] },
  { type: 'layer-norm', id: 'normal' },
  { type: 'concatenate', inputs: ['first', 'normal'] },
  { type: 'dropout', rate: 0.1 },
];

const CONVOLUTIONS: NetworkPipeline['model'] = [
  { type: 'conv2d', filters: 8, kernelSize: 3, stride: 2, padding: 'same', activation: 'relu' },
  {
    type: 'depthwise-conv2d',
    kernelSize: 3,
    stride: 2,
    multiplier: 1,
    padding: 'same',
    activation: 'silu',
  },
  { type: 'upsampling2d', size: 2, method: 'nearest' },
  { type: 'flatten' },
  { type: 'dropout', rate: 0.25 },
  { type: 'dense', units: 64, activation: 'relu' },
];

const cases: Case[] = [
  {
    name: 'penguins',
    make: () => ofTable('tabular-penguins/penguins.csv', 'species'),
    csv: 'tabular-penguins/penguins.csv',
  },
  {
    name: 'diabetes',
    make: () => ofTable('tabular-sklearn/diabetes.csv', 'progression'),
    csv: 'tabular-sklearn/diabetes.csv',
  },
  { name: 'a graph of blocks', make: () => ofTable('tabular-penguins/penguins.csv', 'species', BRANCHED) },
  { name: 'every step of tables', make: ofSteps },
  { name: 'pictures', make: () => ofPictures({ scale: 'minus-one-one' }) },
  {
    name: 'pictures, cropped and standardised',
    make: () => ofPictures({ scale: 'standardised', fit: 'crop' }),
  },
  {
    name: 'pictures as they are, through what MobileNet is made of',
    make: () =>
      ofPictures({ scale: 'none' }, [
        { type: 'rescaling', scale: 1 / 127.5, offset: -1 },
        { type: 'zero-padding2d', top: 0, bottom: 1, left: 1, right: 2 },
        {
          type: 'conv2d',
          filters: 8,
          kernelSize: 3,
          stride: 2,
          padding: 'valid',
          activation: 'linear',
          bias: false,
        },
        { type: 'batch-norm', momentum: 0.9, epsilon: 1e-5 },
        { type: 'activation', activation: 'relu6' },
        {
          type: 'depthwise-conv2d',
          kernelSize: 3,
          stride: 1,
          multiplier: 1,
          padding: 'same',
          activation: 'relu6',
          bias: false,
        },
        { type: 'global-average-pooling' },
        { type: 'dense', units: 8, activation: 'tanh', bias: false },
      ]),
  },
  {
    name: 'texts by their words',
    make: () => ofTable('stock-sentiment/stock_sentiment.csv', 'sentiment'),
  },
  {
    name: 'texts by byte pairs, many in Chinese',
    make: async () => {
      const lines = (await readFile(join(home!, 'zh-review-sentiment/reviews.tsv.gz'))) as Uint8Array;
      const text = new TextDecoder().decode(gunzipSync(lines)).split('\n').slice(0, 301).join('\n');
      return ofBytes(
        new TextEncoder().encode(`${text}\n`),
        'tsv',
        'label',
        [{ type: 'dense', units: 4, activation: 'relu' }],
        {
          type: 'subwords',
          length: 24,
          vocabulary: 500,
          minCount: 2,
        },
      );
    },
  },
  {
    name: 'texts by their tokens',
    make: () =>
      ofTable(
        'stock-sentiment/stock_sentiment.csv',
        'sentiment',
        [
          { type: 'embedding', count: 202, size: 8 },
          {
            type: 'conv1d',
            filters: 8,
            kernelSize: 3,
            stride: 1,
            dilation: 2,
            padding: 'same',
            activation: 'relu',
          },
          { type: 'max-pooling1d', size: 2 },
          { type: 'lstm', units: 6, sequence: true },
          { type: 'lstm', units: 6, sequence: false },
        ],
        { type: 'tokens', analyzer: 'characters', length: 24, vocabulary: 200, minCount: 2 },
      ),
  },
];

let python: string | null = null;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-export-'));
  if (home)
    python = await findPython({ packages: MODULES, modules: MODULES, env: ENV }).catch((error: Error) => {
      process.stderr.write(`Generated Python is not run: ${error.message.split('\n')[0]}\n`);
      return null;
    });
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!home)(`generated code${home ? '' : ' (skipped: TRAINYARD_DATASETS is not set)'}`, () => {
  for (const { name, make, csv } of cases) {
    describe(name, { timeout: 240_000 }, () => {
      let made: Awaited<ReturnType<Case['make']>>;
      beforeAll(async () => {
        made = await make();
      }, 120_000);

      for (const kind of ['keras', 'pytorch']) {
        it(`${kind} answers as we do`, async ({ skip }) => {
          if (!python) skip('Python with torch and keras cannot be had');
          const answers = await run(
            made.files.get(kind)!,
            python!,
            ['predict.py'],
            JSON.stringify(made.rows),
          );
          expectAnswers(answers, made.expected);
        });
      }

      it('typescript answers as we do, and its types are sound', async () => {
        const project = made.files.get('typescript')!;
        await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'));
        await run(project, process.execPath, [TSC]);
        const answers = await run(project, process.execPath, ['src/main.ts'], JSON.stringify(made.rows));
        expectAnswers(answers, made.expected);
      });

      it.skipIf(!csv)('the Keras script trains on the same file', async ({ skip }) => {
        if (!python) skip('Python with torch and keras cannot be had');
        await writeFile(join(made.files.get('keras')!, 'data.csv'), await readFile(join(home!, csv!)));
        const told = await run(made.files.get('keras')!, python!, ['train.py', 'data.csv']);
        const losses = [...told.matchAll(/val_loss: ([\d.e-]+)/g)].map(([, loss]) => Number(loss));
        expect(losses.length).toBeGreaterThan(5);
        expect(Math.min(...losses)).toBeLessThan(0.85 * losses[0]!);
      });
    });
  }
});

it('a notebook is JSON with the code in cells', async ({ skip }) => {
  if (!home) skip('TRAINYARD_DATASETS is not set');
  const { files } = await cases[0]!.make();
  const { nbformat, cells } = JSON.parse(await readFile(join(files.get('keras')!, 'notebook.ipynb'), 'utf8'));
  expect([nbformat, cells.length]).toEqual([4, 4]);
  expect(cells[2].source.join('')).toContain(
    'layers.Dense(units=32, activation="relu", use_bias=True, name="dense_1")',
  );
  expect(cells[3].source.join('')).not.toContain('from model import');
});

function expectClose(given: Prediction, expected: Prediction): void {
  if ('value' in expected) {
    const { value } = given as { value: number };
    expect(Math.abs(value - expected.value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected.value)));
    return;
  }
  if ('image' in expected) throw new Error('generated code makes no pictures');
  const { probabilities } = given as typeof expected;
  expect(Object.keys(probabilities)).toEqual(Object.keys(expected.probabilities));
  for (const [label, share] of Object.entries(expected.probabilities))
    expect(Math.abs(probabilities[label]! - share), label).toBeLessThan(1e-5);
}

function expectAnswers(lines: string, expected: readonly Prediction[]): void {
  const given = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Prediction);
  expect(given).toHaveLength(expected.length);
  for (const [i, one] of expected.entries()) expectClose(given[i]!, one);
}

async function run(cwd: string, program: string, args: string[], stdin = ''): Promise<string> {
  const env = { ...process.env, ...ENV, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(program, args, { cwd, env });
  child.stdin.end(stdin);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  expect(code, errors || out).toBe(0);
  return out;
}

/** `step`: what is done to the only column. */
async function ofTable(
  file: string,
  target: string,
  model?: NetworkPipeline['model'],
  step?: NetworkPipeline['features'][number]['steps'][number],
) {
  return ofBytes(new Uint8Array(await readFile(join(home!, file))), 'csv', target, model, step);
}

async function ofBytes(
  bytes: Uint8Array,
  format: DatasetFormat,
  target: string,
  model?: NetworkPipeline['model'],
  step?: NetworkPipeline['features'][number]['steps'][number],
) {
  const table = loadDataset(bytes, format);
  const rows = Array.from({ length: ROWS }, (_, i) =>
    Object.fromEntries(
      [...table.columns].flatMap(([name, column]) => {
        if (name === target || column.type === 'image') return [];
        const value = column.values[i * 7]!;
        return [[name, typeof value === 'number' && Number.isNaN(value) ? null : value]];
      }),
    ),
  );
  return exported(bytes, format, target, rows, (spec) => ({
    ...spec,
    model: model ?? spec.model,
    features: step ? [{ column: spec.features[0]!.column, steps: [step] }] : spec.features,
    training: step ? { ...spec.training, epochs: 1 } : spec.training,
  }));
}

/** Penguins by steps of every kind, with a made-up day on which each was seen. */
async function ofSteps() {
  const lines = (await readFile(join(home!, 'tabular-penguins/penguins.csv'), 'utf8')).trim().split('\n');
  const seen = (i: number) =>
    `2007-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}T${10 + (i % 14)}:30`;
  const csv = lines.map((line, i) => `${line.trimEnd()},${i === 0 ? 'seen' : seen(i)}`).join('\n');
  const bytes = new TextEncoder().encode(`${csv}\n`);
  const table = loadDataset(bytes, 'csv');
  const [number] = [...table.columns].find(([, { type }]) => type === 'number')!;
  const [category] = [...table.columns].find(
    ([name, { type }]) => type === 'category' && name !== 'species',
  )!;
  const rows = Array.from({ length: ROWS }, (_, i) =>
    Object.fromEntries(
      [number, category, 'seen'].map((name) => {
        const value = table.columns.get(name)!.values[i];
        return [name, typeof value === 'number' && Number.isNaN(value) ? null : value];
      }),
    ),
  );
  const fill = { type: 'impute', strategy: 'median' } as const;
  const of = (column: string, name: string, ...steps: NetworkPipeline['features'][number]['steps']) => ({
    ...{ column, name, steps },
  });
  return exported(bytes, 'csv', 'species', rows, (spec) => ({
    ...spec,
    features: [
      of(number, 'far', { type: 'impute', strategy: 'out-of-range' }, { type: 'minmax' }),
      of(number, 'missing', { type: 'missing' }),
      of(number, 'robust', fill, { type: 'robust' }),
      of(
        number,
        'log',
        fill,
        { type: 'clip', quantiles: [0.05, 0.95] },
        { type: 'log' },
        { type: 'standardise' },
      ),
      of(number, 'bins', fill, { type: 'bin', bins: 5, strategy: 'quantiles', output: 'onehot' }),
      of(number, 'bin', fill, { type: 'bin', bins: 5, strategy: 'width', output: 'place' }),
      of(number, 'rank', fill, { type: 'quantile', quantiles: 11 }),
      of(category, 'place', { type: 'ordinal' }),
      of(category, 'share', { type: 'frequency' }),
      of(category, 'bucket', { type: 'hash', buckets: 4, output: 'onehot' }),
      of('seen', 'seen', {
        type: 'date',
        parts: ['days', 'month', 'day', 'day-of-year', 'weekday', 'weekend', 'hour', 'minute'],
        cycles: ['month', 'day-of-year', 'weekday', 'hour'],
      }),
    ],
  }));
}

async function ofPictures(
  how: Pick<FeatureStepSpec & { type: 'image' }, 'scale' | 'fit'>,
  model: NetworkPipeline['model'] = CONVOLUTIONS,
) {
  const names = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];
  const files = await Promise.all(
    names.map(async (path) => ({
      path,
      bytes: new Uint8Array(await readFile(join(home!, 'mnist-subset', path))),
    })),
  );
  const bytes = packZip(files);
  const { columns } = loadDataset(bytes, 'pictures');
  const images = columns.get('image') as Extract<ReturnType<typeof columns.get>, { type: 'image' }>;
  const rows = images.values.slice(0, ROWS).map(({ width, height, data }) => ({
    image: Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]),
  }));
  // A stride and padding of their own, and another size than the pictures have.
  return exported(bytes, 'pictures', 'label', rows, (spec) => ({
    ...spec,
    features: [
      {
        column: 'image',
        steps: [{ type: 'image', height: 20, width: 23, channels: 1, ...how }],
      },
    ],
    model,
    training: { ...spec.training, epochs: 1 },
  }));
}

/** None where a step or a block has no form in the language. */
function filesOf(make: () => ExportFile[]): ExportFile[] {
  try {
    return make();
  } catch (error) {
    if (error instanceof AppError && error.code === 'unsupported') return [];
    throw error;
  }
}

async function exported(
  bytes: Uint8Array,
  format: DatasetFormat,
  target: string,
  rows: object[],
  change: (spec: NetworkPipeline) => NetworkPipeline,
) {
  const profile = profileBytes(bytes, format);
  const kernels = await WebAssembly.compile(await readFile(KERNELS));
  const candidate = { name: 'wasm', device: 'here', start: async () => createWasmExecutor(kernels) };
  const training = trainPipeline([candidate], {
    spec: change(NetworkPipeline.parse(suggestPipeline(profile, { target }))),
    table: loadDataset(bytes, format, profile),
    datasetSha256: sha256(bytes),
  });
  let next = await training.next();
  while (!next.done) next = await training.next();
  const artifact = decodeArtifact(next.value.artifact);
  const files = new Map<string, string>();
  for (const { name, files: make } of exporters) {
    const own = await mkdtemp(join(folder, `${name}-`));
    for (const { path, bytes } of filesOf(() => make(artifact, 'tested'))) {
      await mkdir(dirname(join(own, path)), { recursive: true });
      await writeFile(join(own, path), bytes);
    }
    files.set(name, own);
  }
  const predictor = await createPredictor(artifact, createPlainExecutor());
  const names = artifact.fitted.inputs.map((input) => input.name);
  const known = rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name))),
  );
  const expected = await predictor.predict(known);
  predictor.dispose();
  return { files, rows: known, expected };
}
