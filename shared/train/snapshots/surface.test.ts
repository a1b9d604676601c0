import { expect, it } from 'vitest';
import { fitPipeline } from '../../tasks/fit-pipeline.ts';
import { outputTask } from '../../tasks/list.ts';
import type { Rows } from '../prepare-rows.ts';
import { cloudsSpec, cloudsTable } from '../train-fixtures.ts';
import type { Moment } from './moment.ts';
import { surface } from './surface.ts';

/** Rows as they are, and a model whose numbers are worked out by hand. */
function momentOf(target: 'label' | 'size', says: (a: number, b: number) => number[]): Moment {
  const table = cloudsTable(30);
  const task = target === 'label' ? ('classification' as const) : ('regression' as const);
  const features = ['a', 'b'].map((column) => ({ column, steps: [] }));
  const spec = { ...cloudsSpec(), task, target, features };
  const all = Uint32Array.from({ length: 30 }, (_, row) => row);
  const fitted = fitPipeline({ task, target, features }, table, all);
  const rows: Rows = {
    count: 30,
    features: { type: 'floats', shape: [2], data: new Float32Array(60) },
    target: outputTask(task).encode(fitted, table, all, []),
    source: { table, rows: all, places: [] },
  };
  const y = new Float32Array(30 * (task === 'classification' ? 2 : 1));
  return {
    ...{ spec, fitted, train: rows, validation: rows, y, path: [] },
    outcome: outputTask(task).outcome(y, rows, fitted),
    parameters: () => new Map(),
    async *evaluate({ count, features: { data } }) {
      const said = Array.from({ length: count }, (_, row) => says(data[row * 2]!, data[row * 2 + 1]!));
      yield Float32Array.from(said.slice(0, 1000).flat()); // a run has its batch
      yield Float32Array.from(said.slice(1000).flat());
    },
  };
}

it('asks the model at the middle of each cell', async () => {
  // inside (the first class) where a is above b, and as sure as 1 / (1 + e^-(a - b))
  const made = (await surface.make(momentOf('label', (a, b) => [a - b, 0])))!;
  const { x, y, size, answers, points } = made;
  expect([x.name, y.name, size]).toEqual(['a', 'b', 32]);
  if (answers.type !== 'classes') throw new Error('classes were asked for');
  expect(answers.classes).toEqual(['inside', 'outside']);
  for (let cell = 0; cell < size * size; cell++) {
    const a = x.min + ((x.max - x.min) * ((cell % size) + 0.5)) / size;
    const b = y.min + ((y.max - y.min) * (Math.floor(cell / size) + 0.5)) / size;
    const p = 1 / (1 + Math.exp(b - a));
    expect(answers.places[cell]).toBe(p > 0.5 ? 0 : 1);
    expect(Math.abs(answers.confidence[cell]! - 100 * Math.max(p, 1 - p))).toBeLessThan(0.51);
  }
  const { columns } = cloudsTable(30);
  const column = (name: string) => columns.get(name)!.values as Float64Array;
  expect(points).toHaveLength(30);
  points.forEach(([a, b, answer], row) => {
    expect(a).toBeCloseTo(column('a')[row]!, 4);
    expect(b).toBeCloseTo(column('b')[row]!, 4);
    expect(answer).toBe(row % 3 === 0 ? 0 : 1);
  });
});

it('tells numbers in the units of the target', async () => {
  const moment = momentOf('size', (a, b) => [a + 2 * b]);
  const { mean, std } = moment.fitted.targetState as { mean: number; std: number };
  const { x, y, size, answers } = (await surface.make(moment))!;
  if (answers.type !== 'values') throw new Error('values were asked for');
  const [a, b] = [x.min + (x.max - x.min) / size / 2, y.min + (y.max - y.min) / size / 2];
  expect(answers.values[0]).toBeCloseTo((a + 2 * b) * std + mean, 2);
});

it('is there for models of two numbers alone', async () => {
  const moment = momentOf('label', () => [0, 0]);
  const [first] = moment.fitted.inputs;
  expect(await surface.make({ ...moment, fitted: { ...moment.fitted, inputs: [first!] } })).toBeUndefined();
  expect(await surface.make({ ...moment, evaluate: null })).toBeUndefined();
});
