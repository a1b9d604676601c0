/** Which models are accepted and why not, and what is told of each entry. */
import { describe, expect, it } from 'vitest';
import { describeModel } from './describe-model.ts';
import { ModelSpec } from './model-spec.ts';
import { traceModel } from './trace-model.ts';

const dense = (units: number, links: { id?: string; inputs?: string[] } = {}) => ({
  type: 'dense',
  units,
  activation: 'relu',
  ...links,
});

/** Paths and messages of what is refused. */
function issues(model: unknown): string[] {
  const { error } = ModelSpec.safeParse(model);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

const residual = [
  dense(4, { id: 'stem' }),
  dense(4),
  { type: 'dropout', rate: 0.5, id: 'branch' },
  { type: 'add', id: 'sum', inputs: ['branch', 'stem'] },
  { type: 'concatenate', inputs: ['sum', 'feature:b'] },
];

describe('ModelSpec', () => {
  it('keeps entries as they are, without adding names', () => {
    expect(ModelSpec.parse([dense(3)])).toEqual([dense(3)]);
    expect(ModelSpec.parse(residual)).toEqual(residual);
    expect(ModelSpec.parse([])).toEqual([]);
  });

  it.each<[string, unknown[], RegExp]>([
    [
      'an unknown reference',
      [dense(2, { id: 'a' }), dense(2, { inputs: ['b'] })],
      /^1\.inputs\.0: .*named "b": there are "a"; a feature/,
    ],
    [
      'a reference forward',
      [dense(2, { inputs: ['a'] }), dense(2, { id: 'a' })],
      /^0\.inputs\.0: .*named "a", though a later or the same one is: none of those has an id/,
    ],
    ['a reference to itself', [dense(2), dense(2, { id: 'a', inputs: ['a'] })], /^1\.inputs\.0: /],
    ['an id twice', [dense(2, { id: 'a' }), dense(2, { id: 'a' })], /^1\.id: the id "a" is taken by entry 0/],
    ['an id with capitals', [dense(2, { id: 'Branch' })], /^0\.id: an id is small letters/],
    ["the head's id", [dense(2, { id: 'output' })], /^0\.id: "output" is a name of the model's own/],
    ['an id that objects have', [dense(2, { id: 'constructor' })], /^0\.id: "constructor" is/],
    ['one input to add', [dense(2), { type: 'add' }], /^1\.inputs: a add block takes 2 to 16 inputs, not 1/],
    [
      'two inputs to dense',
      [dense(2, { id: 'a' }), dense(2, { id: 'b' }), dense(2, { inputs: ['a', 'b'] })],
      /^2\.inputs: a dense block takes exactly 1 input, not 2/,
    ],
    [
      'a loose end',
      [dense(2), dense(2, { id: 'b', inputs: ['feature:a'] })],
      /^0: nothing takes what "dense_1" gives/,
    ],
    ['too many blocks', Array.from({ length: 513 }, () => dense(2)), /^: Too big: .*<=512 items/],
    ['no inputs', [{ ...dense(2), inputs: [] }], /^0\.inputs: Too small/],
    ['an unknown block', [{ type: 'dens', units: 1 }], /^0\.type: Invalid discriminator value/],
    ['an unknown key', [{ ...dense(2), unit: 3 }], /^0: Unrecognized key: "unit"/],
  ])('refuses %s', (_, model, message) => {
    const found = issues(model);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it('refuses keys that reach for a prototype, and does not carry them on', () => {
    const model = JSON.parse('[{"type":"dense","units":2,"__proto__":{"polluted":true}}]');
    expect(issues(model)).toEqual([expect.stringMatching(/^0: .*"__proto__"/)]);
    expect(issues(JSON.parse('[{"type":"__proto__"}]'))).toHaveLength(1);
    expect(issues(JSON.parse('[{"type":"constructor"}]'))).toHaveLength(1);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

const shapes = {
  inputShape: [5],
  features: [
    { column: 'a', shape: [3] },
    { column: 'b', shape: [2] },
  ],
};

describe('describeModel', () => {
  it('tells what each entry takes, gives and costs', () => {
    expect(describeModel(residual, shapes)).toEqual([
      { id: 'stem', type: 'dense', inputs: ['x'], shape: [4], parameters: 24, multiplyAdds: 20, error: null },
      {
        id: 'dense_2',
        type: 'dense',
        inputs: ['stem'],
        shape: [4],
        parameters: 20,
        multiplyAdds: 16,
        error: null,
      },
      {
        id: 'branch',
        type: 'dropout',
        inputs: ['dense_2'],
        shape: [4],
        parameters: 0,
        multiplyAdds: 0,
        error: null,
      },
      {
        id: 'sum',
        type: 'add',
        inputs: ['branch', 'stem'],
        shape: [4],
        parameters: 0,
        multiplyAdds: 0,
        error: null,
      },
      {
        id: 'concatenate_5',
        type: 'concatenate',
        inputs: ['sum', 'feature:b'],
        shape: [6],
        parameters: 0,
        multiplyAdds: 0,
        error: null,
      },
    ]);
  });

  it('goes on past what does not fit, and tells it at that entry', () => {
    const model = [
      dense(4, { id: 'stem' }),
      { type: 'conv2d', filters: 3, kernelSize: 3, id: 'conv' },
      { type: 'flatten', id: 'flat' },
      dense(0, { inputs: ['stem'], id: 'none' }),
      dense(2, { inputs: ['feature:c'], id: 'gone' }),
      { type: 'concatenate', inputs: ['flat', 'none', 'gone', 'stem'] },
      { type: 'nonsense' },
      null,
    ];
    const [stem, conv, flat, none, gone, joined, nonsense, nothing] = describeModel(model, shapes);
    expect(stem).toMatchObject({ shape: [4], error: null });
    expect(conv).toMatchObject({
      shape: null,
      error: 'A conv2d block takes pictures [height, width, channels], not [4]',
    });
    expect(flat).toMatchObject({ shape: null, error: null, inputs: ['conv'] });
    expect(none!.error).toMatch(/>=1[\s\S]*units/);
    expect(gone!.error).toBe('there is no feature "c"; there are "a", "b"');
    expect(joined).toMatchObject({ shape: null, inputs: ['flat', 'none', 'gone', 'stem'] });
    expect(nonsense!.type).toBe('nonsense');
    expect(nonsense!.error).toMatch(/type/);
    expect(nothing).toMatchObject({ id: 'unknown_8', shape: null });
    expect(nothing!.error).not.toBeNull();
  });

  it('tells of loose ends and unknown names, which keep their shape where they have one', () => {
    const [loose] = describeModel([dense(4), dense(2, { inputs: ['feature:a'] })], shapes);
    expect(loose).toMatchObject({ shape: [4], error: expect.stringContaining('nothing takes') });
    const [sound, wrong] = describeModel([dense(4), dense(2, { inputs: ['no'] })], shapes);
    expect(sound).toMatchObject({ shape: [4], error: null });
    expect(wrong).toMatchObject({ shape: null, error: expect.stringContaining('named "no"') });
  });

  it('counts what a picture costs', () => {
    const model = [
      { type: 'conv2d', filters: 8, kernelSize: 3 },
      { type: 'batch-norm' },
      { type: 'global-average-pooling' },
    ];
    const [conv, norm, pool] = describeModel(model, { inputShape: [6, 5, 3] });
    // 3 · 3 · 3 · 8 + 8, and 6 · 5 · 8 places and filters · 27
    expect(conv).toMatchObject({ shape: [6, 5, 8], parameters: 224, multiplyAdds: 6480 });
    expect(norm).toMatchObject({ shape: [6, 5, 8], parameters: 32 });
    expect(pool).toMatchObject({ shape: [8], parameters: 0 });
  });
});

describe('absurd sizes are refused before they cost anything', () => {
  const read = { type: 'lstm', units: 8, sequence: true };
  it.each<[string, unknown[], number[], RegExp]>([
    [
      'an enlargement without end',
      Array.from({ length: 40 }, () => ({ type: 'upsampling2d', size: 8 })),
      [64, 64, 3],
      /"upsampling2d_3": it gives 3,221,225,472 numbers for each row; at most 2,147,483,648/,
    ],
    ['a sequence too long to unroll', [read], [513, 4], /"lstm_1": .*at most 512 times.*not \[513, 4\]/],
    [
      'recurrent blocks without end',
      Array.from({ length: 60 }, () => read),
      [512, 4],
      /unrolled to [\d,]+ operators; at most 50,000/,
    ],
    ['a table of positions', [{ type: 'positional-encoding' }], [100_000, 4096], /at most 1048576 numbers/],
  ])('%s', (_, model, inputShape, message) => {
    const spec = ModelSpec.parse(model);
    const start = performance.now();
    expect(() => traceModel(spec, { inputShape, outputs: 2, batch: 1, training: true })).toThrow(message);
    expect(describeModel(model, { inputShape }).some(({ error }) => error !== null)).toBe(true);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
