/**
 * Blocks against Keras 3.15 (TensorFlow backend): the same weights and inputs (`wave`), its outputs as literals. Gradients against
 * central differences in float64.
 */
import { describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import type { Shape, TensorValue } from '../graph/graph.ts';
import { BLOCK_CASES, given } from './block-cases-for-tests.ts';
import { blocks } from './blocks/list.ts';
import { sinusoidHalves, sinusoids } from './layers/positional-encoding.ts';
import { gradientError, runEntry, traceEntry, wave } from './run-entry-for-tests.ts';

/** Name, spec, shape of the input `wave(shape, 0)`, shape of one row of the output, output. */
const KERAS: [string, unknown, Shape, number[], number[]][] = [
  [
    'conv1d',
    { type: 'conv1d', filters: 2, kernelSize: 3, stride: 2, activation: 'linear' },
    [1, 6, 3],
    [3, 2],
    [-0.09868911, -0.8053418, 0.06500539, -0.7047637, 0.05107124, -0.4663223],
  ],
  [
    'conv1d, dilated',
    { type: 'conv1d', filters: 2, kernelSize: 2, dilation: 2, padding: 'valid', activation: 'tanh' },
    [1, 6, 3],
    [4, 2],
    [-0.5719498, -0.4968907, 0.2843171, -0.4215878, -0.3726829, -0.8231338, -0.3287106, -0.2177141],
  ],
  [
    'depthwise convolution',
    { type: 'depthwise-conv2d', kernelSize: 2, multiplier: 2, activation: 'linear' },
    [1, 3, 3, 2],
    [3, 3, 4],
    [
      0.3300416, -0.4285562, -0.3379572, 0.9423668, -0.5152354, -1.149772, 0.6569231, 0.7305663, -0.5254121,
      -0.4993059, -0.03858172, 0.1772344, 0.04176371, -1.145876, 0.4035093, 1.184989, -0.6245308, -0.4352337,
      0.09633764, 0.163587, 0.2082116, -0.2378244, -0.3603841, 0.5819326, -0.3845951, -0.8684487, 0.3571703,
      0.6044493, -0.07646982, -0.4100119, -0.1462139, 0.6381281, 0.2724375, -0.6705925, 0.1615708, 0.714482,
    ],
  ],
  [
    'separable convolution',
    { type: 'separable-conv2d', filters: 3, kernelSize: 2, stride: 2, activation: 'linear' },
    [1, 4, 3, 2],
    [2, 2, 3],
    [
      -0.3509106, -0.02687877, 0.2816726, -0.3907737, 0.4619122, 0.3711718, -0.9970084, 0.5500913, 0.9863611,
      -0.9183085, 0.0987118, 0.861824,
    ],
  ],
  [
    'transposed convolution, same',
    { type: 'conv2d-transpose', filters: 2, kernelSize: 3, activation: 'linear' },
    [1, 2, 3, 2],
    [4, 6, 2],
    [
      -0.163965, -0.8482772, 0.1160806, -1.081335, 0.5180993, -1.287365, -0.1694553, -0.5714797, -0.8295978,
      0.01647186, -0.4899878, -0.4830958, 0.2577478, -1.042425, 0.06275621, -0.7860062, -0.5979289,
      -0.1017906, -0.5448643, -0.3779431, -0.1994811, -0.8875272, 0.2067041, -1.110103, -0.01025628,
      -0.8049856, -0.1197724, -0.6771033, -0.647588, -0.1657553, -0.5177764, -0.4285301, 0.1812061, -1.203723,
      0.3428099, -1.132311, -0.1456173, -0.5471233, -0.4736964, -0.2634067, -0.936945, -0.07789499,
      -0.05920979, -0.9822961, 0.66592, -1.48932, -0.08914717, -0.5969762,
    ],
  ],
  [
    'transposed convolution, valid',
    { type: 'conv2d-transpose', filters: 1, kernelSize: 3, padding: 'valid', activation: 'linear' },
    [1, 2, 2, 2],
    [5, 5, 1],
    [
      -0.163965, -0.3421876, 0.3559257, -0.3102479, -0.1694553, -0.5752454, 0.2782542, -0.5364181, -0.4036429,
      0.134115, -0.1682072, -0.1478888, -0.127337, -0.3258001, -0.02111615, 0.02299371, -0.250816, -0.7037057,
      0.1691698, -0.3798363, 0.0171033, -0.4853743, 0.2399655, -0.0410338, -0.4736964,
    ],
  ],
  ['lstm', { type: 'lstm', units: 2 }, [2, 4, 3], [2], [-0.1495863, 0.1726994, 0.01737964, 0.09729062]],
  [
    'lstm, every time',
    { type: 'lstm', units: 2, sequence: true },
    [1, 4, 3],
    [4, 2],
    [-0.1792917, 0.1452661, -0.2113294, 0.09864096, -0.00121185, 0.1020477, -0.1495863, 0.1726994],
  ],
  ['gru', { type: 'gru', units: 2 }, [2, 4, 3], [2], [-0.5731105, 0.1471557, -0.2186941, 0.3171131]],
  [
    'gru, every time',
    { type: 'gru', units: 2, sequence: true },
    [1, 4, 3],
    [4, 2],
    [-0.3188262, -0.1542614, -0.4554147, 0.1033634, -0.1588098, 0.196812, -0.5731105, 0.1471557],
  ],
  [
    'bidirectional lstm',
    { type: 'bidirectional', units: 2 },
    [1, 4, 3],
    [4],
    [-0.1495863, 0.1726994, -0.1585754, 0.1434948],
  ],
  [
    'bidirectional gru, every time',
    { type: 'bidirectional', cell: 'gru', units: 2, sequence: true },
    [1, 3, 2],
    [3, 4],
    [
      -0.2229105, -0.2580758, -0.6865388, 0.6935543, -0.1835474, 0.1464961, -0.3885949, 0.5303283, -0.4609178,
      -0.002263896, -0.6308917, 0.4971769,
    ],
  ],
  [
    'layer norm',
    { type: 'layer-norm' },
    [1, 2, 4],
    [2, 4],
    [-0.4017301, -0.6574916, -0.2448984, 1.044039, -1.252603, -0.6832417, -0.7404824, 0.6399274],
  ],
  [
    'attention',
    { type: 'attention', heads: 2 },
    [1, 3, 4],
    [3, 4],
    [
      0.3000415, 0.4665174, -0.4735736, -0.2950645, 0.3688051, 0.4517363, -0.540588, -0.2723531, 0.380243,
      0.4487418, -0.5516716, -0.2680469,
    ],
  ],
  [
    'max pool 1d',
    { type: 'max-pooling1d', size: 2, stride: 1, padding: 'same' },
    [1, 5, 2],
    [5, 2],
    [
      0.360851, 0.6744907, 0.360851, 0.150584, 0.6989803, 0.2233689, 0.6989803, 0.2233689, -0.5794785,
      -0.5333885,
    ],
  ],
  [
    'average pool 2d',
    { type: 'average-pooling2d', padding: 'same' },
    [1, 3, 3, 2],
    [2, 2, 2],
    [0.1200882, -0.0292413, -0.1621507, 0.4206622, -0.1739777, -0.1132545, 0.6501567, -0.07604562],
  ],
  [
    'upsampling bilinear',
    { type: 'upsampling2d', method: 'bilinear' },
    [1, 2, 2, 1],
    [4, 4, 1],
    [
      0.0, 0.1686227, 0.5058681, 0.6744907, 0.09021274, 0.1640368, 0.3116849, 0.385509, 0.2706382, 0.154865,
      -0.07668138, -0.1924545, 0.360851, 0.1502791, -0.2708645, -0.4814363,
    ],
  ],
  [
    'GELU',
    { type: 'activation', activation: 'gelu' },
    [1, 5],
    [5],
    [0.0, 0.5058683, 0.2312674, -0.1517021, -0.1658287],
  ],
  [
    'SiLU',
    { type: 'activation', activation: 'silu' },
    [1, 5],
    [5],
    [0.0, 0.4468555, 0.2126301, -0.1838668, -0.2165338],
  ],
  [
    'softmax',
    { type: 'activation', activation: 'softmax' },
    [1, 5],
    [5],
    [0.1800415, 0.3534275, 0.2582785, 0.1112468, 0.09700565],
  ],
];

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of values.entries()) expect(value, `value ${i}`).toBeCloseTo(expected[i]!, 6);
}

describe('as Keras', () => {
  it.each(KERAS)('%s', async (_, spec, input, shape, expected) => {
    const y = await runEntry(spec, wave(input, 0));
    expect(y.shape).toEqual(shape);
    expectClose(y.values, expected);
  });

  it('attention that leaves out padding, in the last of three places', async () => {
    const tokens = given([1, 3], [4, 1, 0]);
    const { values } = await runEntry({ type: 'attention', heads: 2 }, wave([1, 3, 4], 0), tokens);
    expectClose(
      values,
      [
        0.4225747, 0.3917481, -0.5872588, -0.206842, 0.4683873, 0.3989092, -0.6339188, -0.2084814, 0.4638809,
        0.4036446, -0.6299728, -0.2136837,
      ],
    );
  });
});

describe('by hand', () => {
  it('embedding takes rows of its table; ids outside count as the nearest', async () => {
    const ids = given([1, 4], [2, 0, -3, 9]);
    const { values, weights } = await runEntry({ type: 'embedding', count: 3, size: 2 }, ids);
    const [table] = weights;
    const row = (id: number) => [...table!.data.slice(2 * id, 2 * id + 2)];
    expect(values).toEqual([...row(2), ...row(0), ...row(0), ...row(2)]);
  });

  it('global pooling, with and without padding', async () => {
    const x = given([1, 3, 2], [1, 10, 2, -20, 6, 30]);
    const tokens = given([1, 3], [7, 3, 0]);
    expect((await runEntry({ type: 'global-average-pooling' }, x)).values).toEqual([3, 20 / 3]);
    expect((await runEntry({ type: 'global-average-pooling' }, x, tokens)).values).toEqual([1.5, -5]);
    expect((await runEntry({ type: 'global-max-pooling' }, x)).values).toEqual([6, 30]);
    expect((await runEntry({ type: 'global-max-pooling' }, x, tokens)).values).toEqual([2, 10]);
    const empty = given([1, 3], [0, 0, 0]);
    expect((await runEntry({ type: 'global-average-pooling' }, x, empty)).values).toEqual([0, 0]);
  });

  it('add, multiply and concatenate', async () => {
    const [a, b] = [given([1, 1, 2], [1, 2]), given([1, 2, 2], [10, 20, 30, 40])];
    expect((await runEntry({ type: 'add' }, a, b)).values).toEqual([11, 22, 31, 42]);
    expect((await runEntry({ type: 'multiply' }, a, b, b)).values).toEqual([100, 800, 900, 3200]);
    const c = given([1, 2, 1], [5, 6]);
    const joined = await runEntry({ type: 'concatenate' }, b, c);
    expect(joined).toMatchObject({ shape: [2, 3], values: [10, 20, 5, 30, 40, 6] });
  });

  it('reshape keeps the order; a dense block works at each time', async () => {
    const x = given([1, 4], [1, 2, 3, 4]);
    expect(await runEntry({ type: 'reshape', shape: [2, 2] }, x)).toMatchObject({
      shape: [2, 2],
      values: [1, 2, 3, 4],
    });
    const { values, weights } = await runEntry(
      { type: 'dense', units: 1, activation: 'linear' },
      given([1, 2, 2], [1, 2, 3, 4]),
    );
    const [w0, w1] = weights[0]!.data as unknown as [number, number];
    const bias = weights[1]!.data[0]!;
    expectClose(values, [w0 + 2 * w1 + bias, 3 * w0 + 4 * w1 + bias]);
  });

  it('a latent sample is the means where there is no loss', async () => {
    const { values } = await runEntry({ type: 'latent' }, given([2, 4], [1, 2, 0, 3, -1, 5, 9, 9]));
    expect(values).toEqual([1, 2, -1, 5]);
  });

  it('the divergence of two Gaussians from the standard one', async () => {
    // means 1 and 0, variances 1 and 4: ½(1 + 1 − 0 − 1) + ½(0 + 4 − ln 4 − 1)
    const { graph, inputs } = traceEntry(
      { type: 'latent', weight: 3 },
      [given([1, 4], [1, 0, 0, Math.log(4)])],
      true,
    );
    const { added } = await (
      await createPlainExecutor({ precision: 'float64' }).compile(graph, new Map())
    ).run(inputs);
    expect(added!.data[0]).toBeCloseTo(3 * (0.5 + (3 - Math.log(4)) / 2), 7);
  });

  it('positions are sines and cosines of ever longer waves', () => {
    // position 2, width 4: sin 2, cos 2, sin 0.02, cos 0.02
    const row = [...sinusoids(3, 4).subarray(8)];
    expectClose(row, [0.909297427, -0.416146837, 0.019998667, 0.999800007]);
    expect([...sinusoids(1, 3)]).toEqual([0, 1, 0]);
    // all sines first, and the last wave as long as it gets: sin 2, sin 0.0002, cos 2, cos 0.0002
    expectClose([...sinusoidHalves(3, 4).subarray(8)], [0.909297427, 0.0002, -0.416146837, 0.99999998]);
    expect([...sinusoidHalves(2, 3).subarray(3)]).toEqual([
      Math.fround(Math.sin(1)),
      Math.fround(Math.cos(1)),
      0,
    ]);
  });

  it('rows of length 1, but for zeros; layer norm with an epsilon that counts', async () => {
    const rows = given([2, 2], [3, -4, 0, 0]);
    expect((await runEntry({ type: 'unit-norm' }, rows)).values).toEqual([0.6, -0.8, 0, 0]);
    // mean 1.5, variance 0.25, and √(0.25 + 0.75) = 1 to divide by
    const x = given([1, 2], [1, 2]);
    const { values, weights } = await runEntry({ type: 'layer-norm', epsilon: 0.75 }, x);
    const [gamma, beta] = weights.map(({ data }) => data);
    expectClose(values, [-0.5 * gamma![0]! + beta![0]!, 0.5 * gamma![1]! + beta![1]!]);
  });

  it('attention may give another width: its last layer alone is another', async () => {
    const x = wave([1, 3, 4], 0);
    const { shape, values, weights } = await runEntry({ type: 'attention', heads: 2, units: 1 }, x);
    expect([shape, weights.map((weight) => weight.shape)]).toEqual([
      [3, 1],
      [[3, 4, 4], [3, 1, 4], [4, 1], [1]],
    ]);
    // all three places see the same mixture where they hold the same
    const same = given([1, 3, 4], [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
    const alike = await runEntry({ type: 'attention', heads: 2, units: 1 }, same);
    const [kernel, bias, output, last] = weights.map(({ data }) => data);
    const mixed = [0, 1, 2, 3].map(
      (unit) =>
        [1, 2, 3, 4].reduce((sum, value, i) => sum + value * kernel![32 + 4 * i + unit]!, 0) +
        bias![8 + unit]!,
    );
    const expected = mixed.reduce((sum, value, unit) => sum + value * output![unit]!, last![0]!);
    expectClose(alike.values, [expected, expected, expected]);
    expect(values).not.toEqual(alike.values);
  });

  it('a transformer that leaves out padding gives the same, whatever the padding holds', async () => {
    const spec = { type: 'transformer-encoder', heads: 2, hidden: 5, positions: 'sinusoidal' };
    const tokens = given([1, 3], [4, 1, 0]);
    const [x, other] = [wave([1, 3, 4], 0), wave([1, 3, 4], 0)];
    other.data.fill(9, 8);
    const [y, z] = [await runEntry(spec, x, tokens), await runEntry(spec, other, tokens)];
    expectClose(z.values.slice(0, 8), y.values.slice(0, 8));
    expect(z.values.slice(8)).not.toEqual(y.values.slice(8));
    const [bare, shown] = [await runEntry(spec, x), await runEntry(spec, other)];
    expect(Math.abs(bare.values[0]! - shown.values[0]!)).toBeGreaterThan(1e-4);
  });
});

describe('a decoder', () => {
  const spec = { type: 'transformer-decoder', heads: 2, hidden: 5, positions: 'sinusoidal' };
  const said = () => wave([1, 3, 4], 0);
  const memory = () => wave([1, 3, 6], 4);
  const changed = (value: TensorValue<Float64Array>, from: number) => {
    value.data.fill(9, from);
    return value;
  };

  it('sees nothing of what comes later', async () => {
    const [y, z] = [
      await runEntry(spec, said(), memory()),
      await runEntry(spec, changed(said(), 8), memory()),
    ];
    expectClose(z.values.slice(0, 8), y.values.slice(0, 8));
    expect(z.values.slice(8)).not.toEqual(y.values.slice(8));
    const earlier = await runEntry(spec, changed(said(), 4), memory());
    expect(Math.abs(earlier.values[4]! - y.values[4]!)).toBeGreaterThan(1e-4);
  });

  it('looks at what was read, but not at its padding', async () => {
    const tokens = given([1, 3], [4, 1, 0]);
    const y = await runEntry(spec, said(), memory(), tokens);
    expectClose((await runEntry(spec, said(), changed(memory(), 12), tokens)).values, y.values);
    const other = await runEntry(spec, said(), changed(memory(), 6), tokens);
    expect(Math.abs(other.values[0]! - y.values[0]!)).toBeGreaterThan(1e-4);
  });
});

describe('gradients are central differences', () => {
  it.each(BLOCK_CASES)('%j', async (spec, values, ids) => {
    expect(await gradientError(spec, values, ids)).toBeLessThan(1e-7);
  });

  it('every block is among them', () => {
    const types = new Set(BLOCK_CASES.map(([{ type }]) => type));
    expect(blocks.filter(({ type }) => !types.has(type)).map(({ type }) => type)).toEqual([]);
  });
});
