/** Bytes against what typed arrays write, and rows against what was put into tensors by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputField } from '../../schema/prediction.ts';
import { type Datatype, elementsFromBytes, elementsToBytes } from './datatypes.ts';
import { readInferRequest, type Tensor } from './infer-request.ts';
import { writeInferResponse } from './infer-response.ts';
import { parseInferRequest } from './infer-schema.ts';
import { instancesOf } from './instances-of.ts';
import { inputTensors } from './model-tensors.ts';

const ARRAYS = {
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const;

describe('elements as bytes', () => {
  it.each(Object.entries(ARRAYS))('%s, as a typed array has them', (datatype, TypedArray) => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 })), (numbers) => {
        const typed = TypedArray.from(numbers);
        const bytes = new Uint8Array(typed.buffer);
        expect([...(elementsFromBytes(datatype as Datatype, bytes, typed.length, 'x') as number[])]).toEqual([
          ...typed,
        ]);
        if (datatype === 'FP32' || datatype === 'FP64')
          expect(elementsToBytes(datatype, typed)).toEqual(bytes);
      }),
    );
  });

  it('INT64 and UINT64, BOOL, and halves', () => {
    const bytes = new Uint8Array(BigInt64Array.of(-5n, 2n ** 53n - 1n).buffer);
    expect(elementsFromBytes('INT64', bytes, 2, 'x')).toEqual([-5, 2 ** 53 - 1]);
    expect(elementsFromBytes('UINT64', bytes.subarray(8), 1, 'x')).toEqual([2 ** 53 - 1]);
    expect(elementsFromBytes('BOOL', Uint8Array.of(0, 1, 7), 3, 'x')).toEqual([false, true, true]);
    // 1, -2, the largest, the smallest above 0, infinity
    const halves = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00).buffer);
    expect(elementsFromBytes('FP16', halves, 5, 'x')).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('texts, each behind its length', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const bytes = elementsToBytes('BYTES', texts);
        const read = elementsFromBytes('BYTES', bytes, texts.length, 'x') as Uint8Array[];
        expect(read.map((one) => new TextDecoder().decode(one))).toEqual(texts);
      }),
    );
    expect(() => elementsFromBytes('BYTES', Uint8Array.of(9, 0, 0, 0, 1), 1, 'x')).toThrow(
      'x: it has 5 bytes; expected room for 1 elements of BYTES, and ends in number 0',
    );
    expect(() => elementsFromBytes('FP32', Uint8Array.of(1), 1, 'x')).toThrow(
      'expected 4 for 1 elements of FP32',
    );
  });
});

describe('rows out of tensors', () => {
  const fields: InputField[] = [
    { type: 'number', name: 'age', optional: true, min: 0, max: 9, example: 1 },
    { type: 'category', name: 'kind', optional: false, categories: ['x'], example: 'x' },
    { type: 'series', name: 'past', length: 2, example: [1, 2] },
  ];
  const picture: InputField = { type: 'image', name: 'photo', width: 2, height: 1, channels: 3 };
  const tensor = (
    name: string,
    datatype: Datatype,
    shape: number[],
    elements: Tensor['elements'],
  ): Tensor => ({
    ...{ name, datatype, shape, elements },
  });

  it('by the names of features', () => {
    const utf8 = new TextEncoder().encode('x');
    expect(
      instancesOf(fields, [
        tensor('kind', 'BYTES', [2], ['x', utf8]),
        tensor('age', 'FP32', [2, 1], [Number.NaN, 3]),
        tensor('past', 'FP64', [2, 2], [1, 2, 3, 4]),
      ]),
    ).toEqual([
      { kind: 'x', age: null, past: [1, 2] },
      { kind: 'x', age: 3, past: [3, 4] },
    ]);
    expect(inputTensors(fields).map(({ datatype, shape }) => [datatype, ...shape])).toEqual([
      ['FP64', -1, 1],
      ['BYTES', -1, 1],
      ['FP64', -1, 2],
    ]);
  });

  it('pictures as pixels, or as files', () => {
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const [one] = instancesOf([picture], [tensor('input-0', 'UINT8', [1, 1, 2, 3], pixels)]);
    expect(one!.photo).toEqual({ width: 2, height: 1, channels: 3, data: pixels });
    const [same] = instancesOf([picture], [tensor('photo', 'FP32', [1, 1, 2, 3], [...pixels])]);
    expect(same).toEqual(one);
    const file = Uint8Array.of(0x89, 0x50);
    expect(instancesOf([picture], [tensor('photo', 'BYTES', [1], [file])])).toEqual([{ photo: file }]);
    expect(() =>
      instancesOf([picture], [tensor('photo', 'FP32', [1, 1, 2, 3], [0, 0, 0, 0, 0, 0.5])]),
    ).toThrow('inputs.0.data: number 5 is 0.5; expected whole numbers from 0 to 255');
    expect(() => instancesOf([picture], [tensor('photo', 'UINT8', [1, 6], pixels)])).toThrow(
      'inputs.0.shape: "photo" is [1, 6]; expected [rows, height, width, 1 or 3], or BYTES of PNG or JPEG files',
    );
  });

  it.each<[string, Tensor, string]>([
    ['numbers for a text', tensor('kind', 'FP32', [1], [1]), 'inputs.0.datatype: "kind" takes texts'],
    ['two numbers for one', tensor('age', 'FP32', [1, 2], [1, 2]), 'expected [rows] or [rows, 1]'],
    ['no axis of rows', tensor('age', 'FP32', [], [1]), 'expected the number of rows first'],
    ['bytes that are no text', tensor('kind', 'BYTES', [1], [Uint8Array.of(0xff)]), 'no text in UTF-8'],
    [
      'too many rows',
      tensor('age', 'UINT8', [1001], new Uint8Array(1001)),
      '1001 rows; 1 to 1000 are accepted',
    ],
  ])('not of %s', (_, given, message) => {
    expect(() => instancesOf(fields, [given])).toThrow(message);
  });
});

it('an answer tells some outputs as bytes and others as JSON, as each is asked for', () => {
  const request = readInferRequest(
    new TextEncoder().encode(
      JSON.stringify({
        inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [1] }],
        outputs: [{ name: 'probabilities', parameters: { binary_data: true } }, { name: 'label' }],
      }),
    ),
    undefined,
    parseInferRequest,
  );
  const about = { model_name: 'm', model_version: '1', id: '7' };
  const output = { task: 'classification', target: 't', classes: ['a', 'b'] } as const;
  const predictions = [{ label: 'b', probabilities: { b: 0.75, a: 0.25 } }];
  const { json, bytes } = writeInferResponse(
    request,
    about,
    { ...output, classes: [...output.classes] },
    predictions,
  );
  expect(json.outputs).toEqual([
    { name: 'probabilities', datatype: 'FP64', shape: [1, 2], parameters: { binary_data_size: 16 } },
    { name: 'label', datatype: 'BYTES', shape: [1, 1], data: ['b'] },
  ]);
  expect(bytes).toEqual([new Uint8Array(Float64Array.of(0.25, 0.75).buffer)]);
});
