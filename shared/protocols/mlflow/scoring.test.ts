import { expect, it } from 'vitest';
import type { InputField } from '../../schema/prediction.ts';
import { instancesOfScoring, ScoringRequest, scoreOf } from './scoring.ts';

const number = (name: string): InputField => ({
  ...{ type: 'number', name, optional: false },
  ...{ min: 0, max: 9, example: 1 },
});
const fields = [number('a'), number('b')];
const rows = [
  { a: 1, b: 2 },
  { a: 3, b: 4 },
];
const read = (request: unknown, of = fields) => instancesOfScoring(ScoringRequest.parse(request), of);

it.each<[string, unknown]>([
  [
    'dataframe_split',
    {
      dataframe_split: {
        columns: ['b', 'a'],
        index: [0, 1],
        data: [
          [2, 1],
          [4, 3],
        ],
      },
    },
  ],
  [
    'dataframe_split without columns',
    {
      dataframe_split: {
        data: [
          [1, 2],
          [3, 4],
        ],
      },
    },
  ],
  ['dataframe_records', { dataframe_records: rows, params: { temperature: 1 } }],
  ['instances by name', { instances: rows }],
  [
    'instances by order',
    {
      instances: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [
    'inputs by order',
    {
      inputs: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  ['inputs by column', { inputs: { a: [1, 3], b: [[2], [4]] } }],
])('takes %s', (_, request) => {
  expect(read(request)).toEqual(rows);
});

it('takes the values of a model of one feature alone', () => {
  expect(
    read({ inputs: ['one', 'two'] }, [{ type: 'text', name: 't', optional: false, example: '' }]),
  ).toEqual([{ t: 'one' }, { t: 'two' }]);
});

it.each<[unknown, string]>([
  [{}, 'the body has none of them; expected exactly one of "dataframe_split", "dataframe_records"'],
  [{ instances: rows, inputs: rows }, 'the body has "instances" and "inputs"; expected exactly one'],
  [{ dataframe_split: { columns: ['a'], data: [[1], [1, 2]] } }, 'dataframe_split.data.1: it has 2 values'],
  [{ inputs: { a: [1], b: [] } }, 'inputs.b: it has 0 rows, and "a" has 1'],
  [
    { instances: [[1, 2, 3]] },
    'row 0 has 3 values; expected an object of features, or 2 values in their order',
  ],
])('refuses %j', (request, message) => {
  expect(() => read(request)).toThrow(message);
});

it('answers as a Python model would', () => {
  expect(scoreOf({ label: 'x', probabilities: { x: 1 } })).toBe('x');
  expect(scoreOf({ value: 1.5 })).toBe(1.5);
  expect(scoreOf({ text: 'hallo', score: 1 })).toBe('hallo');
  expect(scoreOf({ boxes: [] })).toEqual([]);
});
