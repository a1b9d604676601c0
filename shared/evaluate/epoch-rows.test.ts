import { expect, it } from 'vitest';
import type { CurveName, MetricPoint, Split } from '../schema/metric.ts';
import { createEpochRows } from './epoch-rows.ts';

const point = (step: number, split: Split, name: CurveName, value: number): MetricPoint => ({
  ...{ step, epoch: step / 30, split, name, value },
});

it('gives each epoch once it has been validated, with the last value of each curve', () => {
  const rows = createEpochRows();
  expect(rows.add([point(10, 'train', 'loss', 9), point(30, 'train', 'loss', 8)])).toEqual([]);
  const validated = [point(30, 'validation', 'loss', 7), point(30, 'validation', 'accuracy', 0.5)];
  expect(rows.add([...validated, point(40, 'train', 'loss', 6)])).toEqual([
    { step: 30, epoch: 1, values: { train: { loss: 8 }, validation: { loss: 7, accuracy: 0.5 }, test: {} } },
  ]);
  expect(rows.add(validated)).toEqual([]); // sent twice
  expect(
    rows.add([
      point(60, 'validation', 'loss', 5),
      point(70, 'train', 'loss', 3),
      point(90, 'validation', 'loss', 4),
    ]),
  ).toEqual([
    { step: 60, epoch: 2, values: { train: { loss: 6 }, validation: { loss: 5 }, test: {} } },
    { step: 90, epoch: 3, values: { train: { loss: 3 }, validation: { loss: 4 }, test: {} } },
  ]);
});
