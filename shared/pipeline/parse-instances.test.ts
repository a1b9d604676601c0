import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import type { InputField } from '../schema/prediction.ts';
import { parseInstances } from './parse-instances.ts';

const inputs: InputField[] = [
  { type: 'number', name: 'age', optional: false, min: 0, max: 90, example: 30 },
  { type: 'category', name: 'port', optional: true, categories: ['C', 'Q', 'S'], example: 'S' },
];
const pictures: InputField[] = [{ type: 'image', name: 'image', width: 2, height: 2, channels: 1 }];

function refusal(fields: InputField[], instances: unknown[]): AppError {
  try {
    parseInstances({ inputs: fields }, instances);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseInstances', () => {
  it('makes a table, missing optional values included', () => {
    const { rows, columns } = parseInstances({ inputs }, [
      { age: 3, port: 'Q' },
      { age: -1.5, port: null },
      { age: 0 },
    ]);
    expect(rows).toBe(3);
    expect(columns.get('age')).toEqual({ type: 'number', values: Float64Array.of(3, -1.5, 0) });
    expect(columns.get('port')).toEqual({ type: 'category', values: ['Q', null, null] });
  });

  it.each([
    [[], /instances is empty/],
    [[7], /instances\[0\] is 7; expected an object/],
    [[[1]], /instances\[0\] is \[1\]; expected an object/],
    [
      [{ age: 1 }, { age: 1, aeg: 2 }],
      /instances\[1\] has an unknown feature "aeg"; accepted are "age", "port"/,
    ],
    [[JSON.parse('{"age":1,"__proto__":{"port":"S"}}')], /unknown feature "__proto__"/],
    [[{ port: 'S' }], /instances\[0\], feature "age" is missing; expected a finite number$/],
    [[Object.create({ age: 1 })], /feature "age" is missing/],
    [[{ age: null }], /feature "age" is null; expected a finite number$/],
    [[{ age: '12' }], /feature "age" is "12"; expected a finite number/],
    [[{ age: Number.NaN }], /feature "age" is NaN/],
    [[{ age: Number.POSITIVE_INFINITY }], /feature "age" is Infinity/],
    [[{ age: 1, port: 'X' }], /feature "port" is "X"; expected "C", "Q", "S", or null/],
    [[{ age: 1, port: 3 }], /feature "port" is 3; expected/],
  ])('refuses %j', (instances, message) => {
    const error = refusal(inputs, instances);
    expect(error.code).toBe('invalid_data');
    expect(error.message).toMatch(message);
  });

  it('tells the place in details', () => {
    expect(refusal(inputs, [{ age: 1 }, { age: 'x' }]).details).toEqual({
      instance: 1,
      field: 'age',
      value: '"x"',
      accepted: 'a finite number',
    });
  });

  it('names at most 20 categories', () => {
    const categories = Array.from({ length: 25 }, (_, i) => `c${i}`);
    const field: InputField = { type: 'category', name: 'c', optional: false, categories, example: 'c0' };
    expect(refusal([field], [{ c: 'x' }]).message).toMatch(/"c19" and 5 more$/);
  });

  it('takes pictures as base64, data URL and arrays', () => {
    const data = Uint8Array.of(0, 64, 128, 255);
    const base64 = btoa(String.fromCharCode(...encode({ width: 2, height: 2, channels: 1, data })));
    const arrays = [
      [0, 64],
      [128, 255],
    ];
    const instances = [
      base64,
      `data:image/png;base64,${base64}`,
      arrays,
      arrays.map((row) => row.map((v) => [v])),
    ];
    const { columns } = parseInstances(
      { inputs: pictures },
      instances.map((image) => ({ image })),
    );
    const expected = { width: 2, height: 2, channels: 1, data };
    expect(columns.get('image')).toEqual({ type: 'image', values: [expected, expected, expected, expected] });
  });

  it.each([
    [7, /feature "image" is 7; expected a PNG or JPEG as base64, or nested arrays/],
    ['§', /not base64/],
    [btoa('hello'), /neither a PNG nor a JPEG/],
    [[], /the array is 0 × 0/],
    [[[0, 1], [2]], /row 1 is not an array of 2 pixels/],
    [[[0, 256]], /the pixel \[0\]\[1\] is 256/],
    [[[0.5]], /the pixel \[0\]\[0\] is 0.5/],
    [[[[1, 2]]], /a pixel has 2 channels/],
    [[[[1], 2]], /the pixel \[0\]\[1\] is 2/],
  ])('refuses the picture %j', (image, message) => {
    expect(refusal(pictures, [{ image }]).message).toMatch(message);
  });
});
