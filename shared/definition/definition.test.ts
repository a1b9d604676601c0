/** Canonical JSON, suggestions and checks. */
import { describe, expect, it } from 'vitest';
import { profileBytes } from '../data/profile-dataset.ts';
import { AppError } from '../errors.ts';
import { ModelSpec } from '../model/model-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import { fromTemplate } from '../templates/advise.ts';
import { suggestPipeline } from '../templates/suggest-pipeline.ts';
import { cloudsSpec } from '../train/train-fixtures.ts';
import { canonicalJson, hashSpec } from './canonical.ts';
import { checkPipeline } from './check-pipeline.ts';
import { NetworkPipeline, PipelineSpec } from './pipeline-spec.ts';
import { suggestFeatures } from './suggest-features.ts';

/** A CSV's profile: a header, and a row for each i. */
function profileOf(header: string, row: (i: number) => string, rows = 40): DatasetProfile {
  const text = [header, ...Array.from({ length: rows }, (_, i) => row(i)), ''].join('\n');
  return profileBytes(new TextEncoder().encode(text), 'csv');
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}

const table = profileOf(
  'size,kind,name,same,none,id,price,label',
  (i) =>
    `${i * 1.5},${i === 3 ? '' : 'abc'[i % 3]},n${i},1,,${i},${i === 0 ? '' : i},${i % 2 ? 'yes' : 'no'}`,
);

describe('canonicalJson', () => {
  it('sorts keys, drops undefined, keeps arrays', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é"' }], a: undefined, A: 1e21 })).toBe(
      '{"A":1e+21,"b":[1,{"c":"é\\"","d":null}]}',
    );
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
    expect(() => canonicalJson([undefined])).toThrow(TypeError);
  });

  it('hashes like sha256sum of the canonical text', () => {
    // printf '{"a":1,"b":2}' | sha256sum
    const hash = '43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777';
    expect(hashSpec({ b: 2, a: 1 })).toBe(hash);
    expect(hashSpec({ a: 1, b: 2 })).toBe(hash);
  });
});

describe('suggestFeatures', () => {
  it('tells questions from names', () => {
    const questions = ['where is my card', 'how do I pay', 'can you help me', 'what does it cost'];
    const names = [
      'Braund, Mr. Owen Harris',
      'Moran, Mr. James',
      'Rice, Master. Eugene',
      'Sloper, Mr. William',
    ];
    const row = (_: unknown, i: number) => `${questions[i % 4]} ${i}\t${names[i % 4]} ${i}\t${i % 2}\n`;
    const text = `question\tname\tlabel\n${Array.from({ length: 8 }, row).join('')}`;
    const { features, skipped } = suggestFeatures(
      profileBytes(new TextEncoder().encode(text), 'tsv'),
      'label',
    );
    expect(features).toMatchObject([{ column: 'question', steps: [{ type: 'tfidf' }] }]);
    expect(skipped).toMatchObject([{ column: 'name' }]);
  });

  it('hears titles in names, and what it means that a value is missing', () => {
    const titles = ['Mr.', 'Mrs.', 'Miss.', 'Master.'];
    const line = (i: number) =>
      `"Person${i}, ${titles[i % 4]} Of${i}",A${i},${i % 3 === 0 ? '' : i},${i === 7 ? '' : i},${i % 2}\n`;
    const text = `name,ticket,age,fare,label\n${Array.from({ length: 60 }, (_, i) => line(i)).join('')}`;
    const profile = profileBytes(new TextEncoder().encode(text), 'csv');
    const { features, skipped } = suggestFeatures(profile, 'label');
    expect(
      features.map(({ column, name, steps }) => [name ?? column, ...steps.map(({ type }) => type)]),
    ).toEqual([
      ['name', 'tfidf'],
      ['age', 'impute', 'standardise'],
      ['fare', 'impute', 'standardise'],
      ['age missing', 'missing'],
    ]);
    expect(skipped.map(({ column }) => column)).toEqual(['ticket']);
    // a table for all that
    expect(suggestPipeline(profile, { target: 'label' }).model).not.toEqual([]);
    expect(suggestFeatures(profile, 'label', 'clustering').features.map(({ column }) => column)).toEqual([
      'age',
      'fare',
    ]);
  });

  it.each([
    ['2026-01-', ['month', 'weekday']],
    ['2026-01-01T08:', ['month', 'weekday', 'hour']],
  ])('reads dates such as %s…', (start, cycles) => {
    const lines = Array.from({ length: 20 }, (_, i) => `${start}${10 + i},${i % 3}\n`).join('');
    const profile = profileBytes(new TextEncoder().encode(`when,label\n${lines}`), 'csv');
    const { features } = suggestFeatures(profile, 'label');
    expect(features).toEqual([{ column: 'when', steps: [{ type: 'date', parts: ['days'], cycles }] }]);
  });
});

describe('suggestPipeline', () => {
  it('imputes only where values are missing, and says which columns it leaves out', () => {
    const spec = suggestPipeline(table, { target: 'label' });
    expect(spec.task).toBe('classification');
    expect(spec.features).toEqual([
      { column: 'size', steps: [{ type: 'standardise' }] },
      { column: 'kind', steps: [{ type: 'impute', strategy: 'mode' }, { type: 'onehot' }] },
      { column: 'price', steps: [{ type: 'impute', strategy: 'median' }, { type: 'standardise' }] },
    ]);
    expect(suggestFeatures(table, 'label').skipped).toEqual([
      { column: 'name', reason: 'its 40 different texts look like names or ids' },
      { column: 'same', reason: 'it has the same value everywhere' },
      { column: 'none', reason: 'it has no values' },
      { column: 'id', reason: 'it numbers the rows' },
    ]);
    expect(PipelineSpec.parse(spec)).toEqual(spec);
    expect(() => checkPipeline(spec, table)).not.toThrow();
  });

  it('takes few whole numbers for classes, many for regression', () => {
    const numbers = profileOf('x,digit,price', (i) => `${i},${i % 4},${i * 10}`);
    expect(suggestPipeline(numbers, { target: 'digit' }).task).toBe('classification');
    expect(suggestPipeline(numbers, { target: 'price' }).task).toBe('regression');
    expect(suggestPipeline(numbers, { target: 'digit', task: 'regression' }).task).toBe('regression');
  });

  it.each([
    [28, 28, 1, 28, ['conv2d', 'max-pooling2d', 'conv2d', 'max-pooling2d', 'flatten', 'dropout', 'dense']],
    [300, 200, 3, 64, ['conv2d', 'max-pooling2d', 'conv2d', 'max-pooling2d', 'flatten', 'dropout', 'dense']],
    [3, 3, 1, 3, ['conv2d', 'conv2d', 'flatten', 'dropout', 'dense']],
  ])('pictures of %i × %i × %i go in at %i a side', (width, height, channels, side, blocks) => {
    const label = profileOf('x,label', (i) => `1,${i % 2 ? 'cat' : 'dog'}`).columns[1]!;
    const bare = {
      missing: 0,
      distinct: 40,
      distinctCapped: false,
      top: [],
      min: null,
      max: null,
      mean: null,
    };
    const image = { ...bare, name: 'image', type: 'image' as const, image: { width, height, channels } };
    const spec = NetworkPipeline.parse(
      suggestPipeline({ rows: 40, columns: [image, label], preview: [] }, { target: 'label' }),
    );
    expect(spec.features[0]?.steps[0]).toMatchObject({ type: 'image', height: side, width: side, channels });
    expect(spec.model.map(({ type }) => type)).toEqual(blocks);
  });

  it.each([
    [
      'nope',
      undefined,
      table,
      /^invalid_data: the target "nope" is not a column of the data; it has "size", "kind"/,
    ],
    ['same', undefined, table, /^invalid_data: the target "same" is constant: every row has "1"/],
    ['kind', undefined, table, /"kind" has no value in 1 row;/],
    ['label', 'regression', table, /"label" holds text such as "no"; regression needs numbers/],
    ['name', undefined, table, /"name" has 40 different values in 40 rows/],
    [
      'c',
      undefined,
      profileOf('x,c', (i) => `${i},${i === 5 ? 'rare' : 'ab'[i % 2]}`),
      /one row only of class "rare"/,
    ],
    ['c', undefined, profileOf('x,c', (i) => `1,${'ab'[i % 2]}`), /no column is left to learn "c" from: "x"/],
    ['c', undefined, profileOf('x,c', (i) => `${i},${'ab'[i % 2]}`, 4), /the data has 4 rows; at least 10/],
  ] as const)('refuses the target %s (%s)', (target, task, profile, message) => {
    expect(refusal(() => suggestPipeline(profile, { target, task }))).toMatch(message);
  });
});

describe('PipelineSpec', () => {
  const good = NetworkPipeline.parse(fromTemplate('table-network', table, { target: 'label' }));
  const issues = (change: object) =>
    PipelineSpec.safeParse({ ...good, ...change }).error?.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  const training = (change: object) => ({ training: { ...good.training, ...change } });
  const dense = { type: 'dense', units: 2 };

  it('hashes definitions from before there were links and choices of training as it did then', () => {
    // recorded before either was added
    expect(hashSpec(PipelineSpec.parse(cloudsSpec({ epochs: 4 }))).slice(0, 16)).toBe('e8c1948542e2ba40');
  });

  it.each<[string, object, string]>([
    [
      'a feature that is none',
      { model: [{ ...dense, inputs: ['feature:weight'] }] },
      'model.0.inputs.0: there is no feature "weight"; there are "size", "kind", "price"',
    ],
    [
      'a loss of the other task',
      training({ loss: { type: 'mae' } }),
      'training.loss: the loss "mae" is not for classification; use cross-entropy, focal, triplet',
    ],
    [
      'a ranking loss without users',
      { task: 'regression', target: 'price', ...training({ loss: { type: 'bpr' } }) },
      'rankWithin: the loss "bpr" learns the order of each user\'s items; name the column of users as "rankWithin"',
    ],
    [
      'classes of a number',
      { task: 'regression', target: 'price', ...training({ classWeights: 'balanced' }) },
      'training.classWeights: regression has no classes to balance; leave it out',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(issues(change)).toEqual([message]);
  });

  it('takes branches, schedules and regularisation', () => {
    const model = [
      { ...dense, id: 'a', inputs: ['feature:kind'] },
      { ...dense, inputs: ['feature:size'], id: 'b' },
      { type: 'concatenate', inputs: ['a', 'b'] },
    ];
    const schedule = { type: 'cosine', warmupSteps: 10 };
    const change = { loss: { type: 'focal' }, schedule, classWeights: 'balanced', l2: 1e-4 };
    expect(issues({ model, ...training({ ...change, reduceOnPlateau: { patience: 3 } }) })).toBeUndefined();
    expect(() => checkPipeline(PipelineSpec.parse({ ...good, model }), table)).not.toThrow();
  });
});

describe('checkPipeline', () => {
  const good = NetworkPipeline.parse(fromTemplate('table-network', table, { target: 'label' }));
  const withFeatures = (...features: PipelineSpec['features']): NetworkPipeline => ({ ...good, features });
  it.each<[PipelineSpec['features'], RegExp]>([
    [[{ column: 'label', steps: [{ type: 'onehot' }] }], /the target cannot be a feature/],
    [[{ column: 'nope', steps: [] }], /"nope": the data has no such column/],
    [
      [good.features[0]!, good.features[0]!],
      /"size": the feature "size" is there twice; .* give the second another "name"/,
    ],
    [[{ column: 'kind', steps: [{ type: 'standardise' }] }], /"standardise" takes number, not category/],
    [
      [{ column: 'kind', steps: [{ type: 'onehot' }] }],
      /"kind": it has no value in 1 of 40 rows; put the step "impute" first/,
    ],
    [
      [{ column: 'size', steps: [{ type: 'standardise' }, { type: 'minmax' }] }],
      /"minmax" takes number, not floats/,
    ],
    [
      [{ column: 'size', steps: [{ type: 'impute', strategy: 'constant', value: 'x' }] }],
      /needs a number as "value"/,
    ],
    [[{ column: 'none', steps: [{ type: 'impute', strategy: 'mean' }] }], /"none": it has no values at all/],
  ])('refuses %j', (features, message) => {
    const found = refusal(() => checkPipeline(withFeatures(...features), table));
    expect(found).toMatch(/^invalid_pipeline: column "/);
    expect(found).toMatch(message);
  });

  it('refuses to rank where there is nothing to rank by, or within', () => {
    expect(refusal(() => checkPipeline({ ...good, rankWithin: 'kind' }, table))).toMatch(
      /rankWithin ranks by predicted numbers, and this is classification/,
    );
    const numbers: PipelineSpec = {
      ...good,
      task: 'regression',
      target: 'size',
      features: good.features.slice(1),
    };
    const { features, ...rest } = numbers;
    const others = features.filter(({ column }) => column !== 'size');
    const ranked = { ...rest, features: others, rankWithin: 'nobody' } as PipelineSpec;
    expect(refusal(() => checkPipeline(ranked, table))).toMatch(
      /rankWithin is "nobody", which is no column of the data/,
    );
  });

  it('refuses a picture beside other columns', () => {
    const image = { ...table.columns[0]!, name: 'image', type: 'image' as const, missing: 0 };
    const profile = { ...table, columns: [...table.columns, image] };
    const step = { type: 'image', height: 8, width: 8, channels: 1, scale: 'zero-one' } as const;
    const spec = withFeatures(good.features[0]!, { column: 'image', steps: [step] });
    expect(refusal(() => checkPipeline(spec, profile))).toMatch(/a picture must be the only feature/);
    const model = ModelSpec.parse([
      { type: 'conv2d', filters: 2, kernelSize: 3, inputs: ['feature:image'] },
      { type: 'global-max-pooling', id: 'seen' },
      { type: 'concatenate', inputs: ['seen', 'feature:size'] },
    ]);
    expect(() => checkPipeline({ ...spec, model }, profile)).not.toThrow();
  });

  describe('the model', () => {
    const image = { ...table.columns[0]!, name: 'image', type: 'image' as const, missing: 0 };
    const profile = { ...table, columns: [image, table.columns.at(-1)!] };
    const withModel = (side: number, model: unknown[], batchSize = 32): PipelineSpec =>
      PipelineSpec.parse({
        ...good,
        features: [
          {
            column: 'image',
            steps: [{ type: 'image', height: side, width: side, channels: 3, scale: 'zero-one' }],
          },
        ],
        model,
        training: { ...good.training, batchSize },
      });
    const conv = (filters: number, kernelSize = 3) => ({ type: 'conv2d', filters, kernelSize });

    it.each<[string, unknown[], RegExp]>([
      [
        'a pool',
        [conv(4), { type: 'max-pooling2d', size: 9 }],
        /"max-pooling2d_2": .*9×9 does not fit into 8×8/,
      ],
      [
        'a convolution',
        [{ ...conv(4, 9), padding: 'valid' }],
        /"conv2d_1": .*window of 9×9 does not fit into 8×8/,
      ],
      ['a flat row', [{ type: 'flatten' }, conv(4)], /"conv2d_2": .*not \[192\]/],
      ['a picture', [conv(2), { type: 'dense', units: 3 }], /"dense_2": .*not \[8, 8, 2\]; put "flatten"/],
    ])('is refused where %s does not fit', (_, model, message) => {
      expect(refusal(() => checkPipeline(withModel(8, model), profile))).toMatch(message);
      expect(refusal(() => checkPipeline(withModel(8, model), profile))).toMatch(
        /^invalid_pipeline: model block/,
      );
    });

    it('is refused where it is absurdly large', () => {
      const flat = [{ type: 'flatten' }, { type: 'dense', units: 4096 }];
      // 1024 · 1024 · 3 · 4096 + 4096, and 4096 · 2 + 2 of the head
      expect(refusal(() => checkPipeline(withModel(1024, flat), profile))).toMatch(
        /has 12,884,914,178 parameters; at most 50,000,000/,
      );
      // 1024 · 1024 · 256 places and filters · (15 · 15 · 3) and, pooled to 4 × 4, the head's 4 · 4 · 256 · 2
      const wide = [conv(256, 15), { type: 'max-pooling2d', size: 15 }, { type: 'max-pooling2d', size: 15 }];
      expect(refusal(() => checkPipeline(withModel(1024, wide), profile))).toMatch(
        /takes 181,193,940,992 multiply-adds a row/,
      );
      const pooled = [conv(16), { type: 'max-pooling2d', size: 8 }];
      expect(refusal(() => checkPipeline(withModel(1024, pooled, 8192), profile))).toMatch(
        /values for a batch of 40 rows; .* lower the batch size, which is 8192/,
      );
      expect(() => checkPipeline(withModel(1024, pooled, 8), profile)).not.toThrow();
    });

    it('may be as wide as its features and categories make it', () => {
      const wide = { ...good, model: [{ type: 'dense' as const, units: 3, activation: 'relu' as const }] };
      expect(() => checkPipeline(wide, table)).not.toThrow();
      expect(
        refusal(() => checkPipeline({ ...wide, model: [...wide.model, conv(3) as never] }, table)),
      ).toMatch(/"conv2d_2": .*not \[3\]/);
    });
  });
});
