/** Object detection from pictures to boxes: learnt, kept, told in the pixels of the picture as it was sent; and what is refused. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { createPredictor } from '../artifact/predictor.ts';
import type { ColumnData, Image, Table } from '../data/table.ts';
import { checkPipeline } from '../definition/check-pipeline.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { boxOverlap } from '../evaluate/box-overlap.ts';
import { createWasmExecutor } from '../executors/wasm/wasm-executor.ts';
import { exporters } from '../export/list.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';
import type { DetectedBox } from '../schema/prediction.ts';
import { shapePictures, shapesSpec } from './shapes-for-tests.ts';
import { finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

const kernels = new URL('../executors/wasm/dist/kernels.wasm', import.meta.url);
const { pictures, boxes } = shapePictures(60);
const table: Table = {
  rows: pictures.length,
  columns: new Map<string, ColumnData>([
    ['image', { type: 'image', values: pictures }],
    ['boxes', { type: 'boxes', values: boxes }],
  ]),
};

it('learns, is kept, and tells boxes in the pixels of the picture that is sent', {
  timeout: 120_000,
}, async () => {
  const module = await WebAssembly.compile(await readFile(kernels));
  const wasm = { name: 'wasm', device: 'test', start: async () => createWasmExecutor(module) };
  const spec = PipelineSpec.parse(shapesSpec);
  const { artifact, metrics } = await finish(
    trainPipeline([wasm], { spec, table, datasetSha256: 'a'.repeat(64) }),
  );
  expect(metrics.test.map).toBeGreaterThan(0.8);
  expect(metrics.test.map50_95).toBeLessThan(metrics.test.map!);

  const decoded = decodeArtifact(artifact);
  expect(decoded.fitted.output).toEqual({
    ...{ task: 'object-detection', target: 'boxes', classes: ['bar', 'square'] },
  });
  const predictor = await createPredictor(decoded, await wasm.start());
  const unseen = shapePictures(3, { seed: 9 });
  const answers = await predictor.predict([
    ...unseen.pictures.map((picture) => ({ image: nested(picture) })),
    // three times as wide and twice as high: the model sees the same
    { image: nested(enlarged(unseen.pictures[2]!, 3, 2)) },
  ]);
  predictor.dispose();
  const found = answers.map((one) => (one as { boxes: DetectedBox[] }).boxes);
  const last = unseen.boxes[2]!;
  const larger = last.map(({ label, box: [l, t, r, b] }) => ({
    label,
    box: [3 * l, 2 * t, 3 * r, 2 * b] as const,
  }));
  for (const [i, wanted] of [...unseen.boxes, larger].entries()) {
    expect(new Set(found[i]!.map(({ label }) => label))).toEqual(new Set(wanted.map(({ label }) => label)));
    for (const { label, box } of wanted) {
      expect(boxOverlap(found[i]!.find((one) => one.label === label)!.box, box)).toBeGreaterThan(0.5);
    }
    const scores = found[i]!.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  }
  for (const name of ['keras', 'pytorch', 'typescript']) {
    const exporter = exporters.find((one) => one.name === name)!;
    expect(() => exporter.files(decoded, 'shapes')).toThrow('object detection makes boxes of the cells');
  }
});

const nested = ({ width, height, data }: Image) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]),
  );

function enlarged({ width, height, data }: Image, across: number, down: number): Image {
  const big = new Uint8Array(width * across * height * down * 3);
  for (let i = 0; i < big.length / 3; i++) {
    const [x, y] = [Math.floor((i % (width * across)) / across), Math.floor(i / (width * across) / down)];
    big.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), i * 3);
  }
  return { width: width * across, height: height * down, channels: 3, data: big };
}

const bare = { missing: 0, distinctCapped: false, top: [], min: null, max: null, mean: null, image: null };
const profileOf = (...more: ColumnProfile[]): DatasetProfile => ({
  rows: 60,
  columns: [
    { ...bare, name: 'image', type: 'image', distinct: 60 },
    { ...bare, name: 'boxes', type: 'boxes', distinct: 2 },
    { ...bare, name: 'label', type: 'category', distinct: 2, top: [] },
    ...more,
  ],
  preview: [],
});

it.each([
  [
    'a target of classes',
    { target: 'label' },
    'the target "label" holds no boxes; object detection needs pictures with boxes',
  ],
  [
    'boxes as classes',
    { task: 'classification' },
    'the target "boxes" holds boxes; choose a column of classes or numbers',
  ],
  [
    'boxes as a feature',
    { target: 'label', task: 'classification', features: [{ column: 'boxes', steps: [] }] },
    'column "boxes": its boxes can be predicted, not learnt from; leave it out',
  ],
  [
    'a flat model',
    { model: [...shapesSpec.model, { type: 'flatten' }] },
    'object detection needs a model that ends in a grid [height, width, channels], and not in [channels]; leave out "flatten" and what comes after it',
  ],
  [
    'pictures that are turned',
    { model: [{ type: 'random-flip' }, ...shapesSpec.model] },
    'object detection cannot learn behind the block "random-flip", which moves what is in the picture and not its boxes; leave it out',
  ],
])('refuses %s', (_, change, message) => {
  const spec = PipelineSpec.parse({ ...shapesSpec, ...change });
  expect(() => checkPipeline(spec, profileOf())).toThrow(expect.objectContaining({ message }));
});

it('refuses an estimator, and a loss of another task', () => {
  const issues = (spec: unknown) => PipelineSpec.safeParse(spec).error!.issues.map(({ message }) => message);
  const { training, model: _, ...rest } = shapesSpec;
  const forest = { ...rest, kind: 'estimator', model: { type: 'random-forest' }, training: { seed: 1 } };
  expect(issues(forest)).toEqual([
    expect.stringMatching(/is for classification and regression, not for object-detection$/),
  ]);
  expect(issues({ ...shapesSpec, training: { ...training, loss: { type: 'mse' } } })).toEqual([
    'the loss "mse" is not for object-detection; use detection',
  ]);
});
