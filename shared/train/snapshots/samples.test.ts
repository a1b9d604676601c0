import { expect, it } from 'vitest';
import { decodeSentImage } from '../../data/decode-sent.ts';
import type { ColumnData, Table } from '../../data/table.ts';
import { PipelineSpec } from '../../definition/pipeline-spec.ts';
import type { FeatureSpec } from '../../pipeline/feature-spec.ts';
import type { Prediction } from '../../schema/prediction.ts';
import type { SampleValue } from '../../schema/snapshot.ts';
import { fitPipeline } from '../../tasks/fit-pipeline.ts';
import { outputTask } from '../../tasks/list.ts';
import type { Moment } from './moment.ts';
import { samples } from './samples.ts';

/** A model that has said `y` of every row. */
function momentOf(
  task: 'regression' | 'object-detection',
  table: Table,
  y: Float32Array,
  places: number[],
): Moment {
  const target = task === 'regression' ? 'price' : 'boxes';
  const features: FeatureSpec[] = [...table.columns]
    .filter(([name]) => name !== target)
    .map(([column, { type }]) => ({
      column,
      steps:
        type === 'image'
          ? [{ type: 'image', width: 32, height: 32, channels: 1, scale: 'zero-one' as const }]
          : type === 'category'
            ? [{ type: 'hash', buckets: 4, output: 'onehot' as const }]
            : [{ type: 'impute', strategy: 'median' as const }],
    })) as FeatureSpec[];
  const spec = PipelineSpec.parse({
    ...{ schemaVersion: 1, task, target, features, model: [] },
    split: { validation: 0.2, test: 0.2 },
    training: {
      epochs: 1,
      batchSize: 1,
      optimizer: { type: 'sgd', learningRate: 0.1 },
      seed: 1,
      earlyStopping: null,
    },
  });
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const fitted = fitPipeline({ task, target, features: spec.features }, table, all);
  const rows = {
    count: table.rows,
    features: { type: 'floats' as const, shape: [1], data: new Float32Array(table.rows) },
    target: null,
    source: { table, rows: all, places },
  };
  return {
    ...{ spec, fitted, train: rows, validation: rows, y, path: [], evaluate: null },
    outcome: { task: 'regression', values: new Float64Array(), truth: new Float64Array() },
    parameters: () => new Map(),
  };
}

type Boxes = Extract<Prediction, { boxes: unknown }>;

const number = (values: number[]): ColumnData => ({ type: 'number', values: Float64Array.from(values) });

it('shows rows with few columns, short texts, and answers in the units of the target', async () => {
  const count = 16;
  const columns = new Map<string, ColumnData>([
    [
      'text',
      { type: 'category', values: Array.from({ length: count }, (_, row) => `${row}${'x'.repeat(500)}`) },
    ],
    ...Array.from(
      { length: 9 },
      (_, i) => [`c${i}`, number([Number.NaN, ...Array(count - 1).fill(i)])] as const,
    ),
    ['price', number(Array.from({ length: count }, (_, row) => row))],
  ]);
  const said = Float32Array.from({ length: count }, (_, row) => row / 10);
  const moment = momentOf('regression', { rows: count, columns }, said, []);
  const { rows, hidden } = (await samples.make(moment))!;
  expect(rows).toHaveLength(8);
  expect(hidden).toBe(2);
  // every second row; 0 … 15 have the mean 7.5 and the standard deviation √21.25
  rows.forEach(({ row, prediction, expected }, i) => {
    expect(row.text).toBe(`${2 * i}${'x'.repeat(240)}`.slice(0, 240).concat('…'));
    expect(row.c0).toBe(i === 0 ? null : 0);
    expect(row.c6).toBe(i === 0 ? null : 6);
    expect(expected).toEqual({ value: 2 * i });
    expect((prediction as { value: number }).value).toBeCloseTo((2 * i * Math.sqrt(21.25)) / 10 + 7.5, 3);
  });
});

it('makes pictures small, and boxes with them', async () => {
  const image = { width: 160, height: 80, channels: 1 as const, data: new Uint8Array(160 * 80).fill(255) };
  const box = { label: 'cell', box: [20, 40, 100, 60] as const };
  const table: Table = {
    rows: 1,
    columns: new Map<string, ColumnData>([
      ['image', { type: 'image', values: [image] }],
      ['boxes', { type: 'boxes', values: [[box]] }],
    ]),
  };
  // one cell, which is sure of the label, and whose box goes half as far as the picture to each side
  const y = Float32Array.of(20, 0, 0, 0, 0);
  const { rows } = (await samples.make(momentOf('object-detection', table, y, [1, 1])))!;
  const [{ row, expected, prediction }] = rows as [(typeof rows)[0]];
  const { picture } = row.image as Extract<SampleValue, { picture: string }>;
  expect(decodeSentImage(picture)).toEqual({
    width: 80,
    height: 40,
    channels: 1,
    data: new Uint8Array(3200).fill(255),
  });
  expect(expected).toEqual({ boxes: [{ label: 'cell', box: [10, 20, 50, 30] }] });
  const { fitted } = momentOf('object-detection', table, y, [1, 1]);
  const source = { table, rows: Uint32Array.of(0), places: [1, 1] };
  const [whole] = outputTask('object-detection').predictions(y, fitted, source);
  const [told] = (whole as Boxes).boxes;
  const [shown] = (prediction as Boxes).boxes;
  expect(told!.score).toBeGreaterThan(0.9);
  shown!.box.forEach((side, i) => {
    expect(side).toBeCloseTo(told!.box[i]! / 2, 3);
  });
});
