import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import type { InputField, Instance, OutputSpec, Prediction } from '../schema/prediction.ts';
import { answerColumns, writeAnswers } from './answer-rows.ts';
import { nextChunkBytes } from './chunk-size.ts';
import { lastRowEnd, readPiece } from './cut-rows.ts';
import { predictRows } from './predict-rows.ts';
import { instancesOfRows, missingColumns } from './row-instances.ts';

const encode = (text: string) => new TextEncoder().encode(text);

test.each([
  ['csv', 'a,b\n1,2\n3', 8],
  ['csv', 'a\r\n1\r', 3],
  ['csv', 'a\r1\r2', 4],
  ['csv', 'a,"x\ny\n', 0],
  ['csv', 'a,"x ""y""\n"\nb', 13],
  ['tsv', 'a\t"\nb', 4],
  ['json', '{"a":"\\"x"}\n{', 12],
  ['csv', 'no end', 0],
] as const)('the last row end, %s %j: %i', (format, text, end) => {
  expect(lastRowEnd(encode(text), format)).toBe(end);
});

test.each(['csv', 'tsv', 'json'] as const)('%s cut at any row end reads as the whole', (format) => {
  const text = {
    csv: 'name,"a ""b"""\r\nx,1\r\n"y\r\n,z",\r\n\r\nü,3',
    tsv: 'name\ta "b"\nx\t1\n"y\t\nü\t3\n',
    json: '{"name":"x","a \\"b\\"":1}\n{"a \\"b\\"":null,"name":"y"}\n{"name":"ü"}\n',
  }[format];
  const bytes = encode(text);
  const whole = readPiece(bytes, format, null);
  expect(whole.names).toEqual(['name', 'a "b"']);
  expect(whole.rows).toHaveLength(3);
  for (let length = 1; length < bytes.length; length++) {
    const end = lastRowEnd(bytes.subarray(0, length), format);
    if (end === 0) continue;
    const first = readPiece(bytes.subarray(0, end), format, null);
    const rest = readPiece(bytes.subarray(end), format, whole.names);
    expect([...first.rows, ...rest.rows]).toEqual(whole.rows);
  }
});

const inputs: InputField[] = [
  { type: 'number', name: 'a', optional: true, min: 0, max: 1, example: 0 },
  { type: 'category', name: 'c', optional: false, categories: ['1', 'x'], example: 'x' },
  { type: 'series', name: 'n_history', length: 2, example: [1, 2] },
];

test('rows become instances as training reads them, with what went before', () => {
  const names = ['n', 'c', 'a'];
  const rows = [
    ['5', '1', '.5'],
    ['6', 'NA', ''],
    ['7', 'x', '3 kg'],
  ];
  const { instances, past } = instancesOfRows(inputs, names, rows, { n: [4] });
  expect(instances).toEqual([
    { a: 0.5, c: '1' },
    { a: null, c: null, n_history: [4, 5] },
    { a: '3 kg', c: 'x', n_history: [5, 6] },
  ]);
  expect(past).toEqual({ n: [6, 7] });
  expect(missingColumns(inputs, ['b'])).toEqual(['c', 'n']);
});

const classes: OutputSpec = { task: 'classification', target: 'kind', classes: ['a', 'b,c'] };

test('answers as CSV and as JSON lines, errors beside them', () => {
  const columns = [
    { name: 'x', type: 'number' as const },
    { name: 'error', type: 'category' as const },
  ];
  const rows = [
    ['1.50', 'say "hi"', 'not told'],
    ['?', ' '],
  ];
  const answers = [
    { label: 'a', probabilities: { a: 0.75, 'b,c': 0.25 } },
    { error: 'feature "x" is missing' },
  ];
  const names = ['predicted_kind', 'probability_a', 'probability_b,c', 'error_'];
  expect(answerColumns(classes, ['x', 'error'])).toEqual(names);
  expect(writeAnswers('csv', classes, columns, rows, answers, true)).toBe(
    'x,error,predicted_kind,probability_a,"probability_b,c",error_\n' +
      '1.50,"say ""hi""",a,0.75,0.25,\n' +
      '?," ",,,,"feature ""x"" is missing"\n',
  );
  const [first, second] = writeAnswers('jsonl', classes, columns, rows, answers, true).trim().split('\n');
  expect(JSON.parse(first!)).toEqual({
    ...{ x: 1.5, error: 'say "hi"', predicted_kind: 'a' },
    ...{ probability_a: 0.75, 'probability_b,c': 0.25, error_: null },
  });
  expect(JSON.parse(second!)).toMatchObject({
    x: null,
    predicted_kind: null,
    error_: 'feature "x" is missing',
  });
});

test.each<[OutputSpec, Prediction, unknown[]]>([
  [{ task: 'regression', target: 'y' }, { value: -2.5 }, [-2.5, null]],
  [
    { task: 'translation', target: 'y', tokens: 9, length: 4 },
    { text: 'hei', score: 0.5 },
    ['hei', 0.5, null],
  ],
  [
    { task: 'object-detection', target: 'y', classes: ['c'] },
    { boxes: [{ label: 'c', score: 1, box: [0, 1, 2, 3] }] },
    ['[{"label":"c","score":1,"box":[0,1,2,3]}]', null],
  ],
])('the answers of $task', (output, answer, values) => {
  const line = writeAnswers('jsonl', output, [], [[]], [answer], false);
  expect(Object.values(JSON.parse(line))).toEqual(values);
});

test('rows that are refused have errors, all others their answers, in order', async () => {
  let asked = 0;
  const predict = (instances: readonly Instance[]): Prediction[] => {
    asked++;
    const wrong = instances.findIndex(({ v }) => typeof v !== 'number');
    if (wrong >= 0) throw new AppError('invalid_data', `instances[${wrong}], feature "v" is wrong`);
    return instances.map(({ v }) => ({ value: v as number }));
  };
  const instances = Array.from({ length: 600 }, (_, i) => ({ v: i === 0 || i === 433 ? 'x' : i }));
  const answers = await predictRows(predict, instances);
  expect(answers).toEqual(
    instances.map(({ v }) => (typeof v === 'number' ? { value: v } : { error: 'feature "v" is wrong' })),
  );
  expect(asked).toBeLessThan(40);
  await expect(
    predictRows(() => Promise.reject(new AppError('unavailable', 'away')), instances),
  ).rejects.toThrow('away');
});

test.each([
  ['fast: twice as many', 4096, { ms: 10, rows: 100, written: 9000 }, 8192],
  ['slow: half', 4096, { ms: 2000, rows: 100, written: 9000 }, 2048],
  ['neither: as many', 4096, { ms: 1000, rows: 100, written: 9000 }, 4096],
  ['short rows: 10,000 of them', 65_536, { ms: 10, rows: 20_000, written: 9000 }, 32_768],
  ['long answers: 4 MiB of them', 65_536, { ms: 10, rows: 500, written: 8 << 20 }, 32_768],
  ['never less than 1 KiB', 1024, { ms: 9000, rows: 1, written: 1 }, 1024],
  ['never more than 1 MiB', 1 << 20, { ms: 1, rows: 1, written: 1 }, 1 << 20],
  ['no row at all', 4096, { ms: 1, rows: 0, written: 0 }, 8192],
])('the next chunk after one that was %s', (_, bytes, seen, next) => {
  expect(nextChunkBytes(bytes, seen)).toBe(next);
});
