/** Convolutions, pools and resizing: every kind of window, over the operators and their gradients. */
import { type AnyValue, type Operator, sizeOf } from '../../../shared/graph/operator.ts';
import { operators } from '../../../shared/graph/operators/list.ts';
import {
  beginning,
  type CaseFamily,
  type CaseInput,
  floats,
  INF,
  NAN,
  noise,
  type OperatorCase,
  type OperatorName,
} from './operator-case.ts';

type Pair = readonly [number, number];
type ConvCase = [
  name: string,
  x: number[],
  kernel: number[],
  strides?: Pair,
  padding?: string,
  dilations?: Pair,
];

/** `kernel`: [height, width, filters or multiplier]. */
const convCases: ConvCase[] = [
  ['3×3', [2, 7, 5, 3], [3, 3, 4]],
  ['batch of one, one channel, no padding', [1, 6, 6, 1], [3, 3, 2], [1, 1], 'valid'],
  ['other steps along height and width', [2, 7, 8, 2], [2, 3, 3], [3, 2]],
  ['step 2, even and odd sizes', [2, 8, 7, 3], [3, 3, 3], [2, 2]],
  ['step 2 without padding', [2, 7, 6, 3], [3, 3, 2], [2, 2], 'valid'],
  ['step beyond the window', [1, 9, 9, 2], [2, 2, 3], [3, 3], 'valid'],
  ['dilated', [2, 9, 8, 3], [3, 3, 2], [1, 1], 'same', [2, 2]],
  ['dilated without padding, even window', [1, 9, 8, 2], [3, 2, 3], [1, 1], 'valid', [2, 3]],
  ['1×1', [2, 3, 5, 5], [1, 1, 7]],
  ['1×1, step 2', [2, 5, 5, 3], [1, 1, 4], [2, 2]],
  ['window beyond the picture', [2, 2, 3, 2], [5, 4, 3]],
  ['over time, dilated', [2, 1, 11, 4], [1, 3, 5], [1, 1], 'same', [1, 2]],
  ['many channels, the whole picture', [2, 3, 3, 16], [3, 3, 20], [1, 1], 'valid'],
  ['more than one tile', [2, 13, 11, 5], [3, 3, 9]],
  ['empty batch', [0, 5, 4, 2], [3, 3, 3]],
];

/** `channelwise`: each channel has `multiplier` filters of its own. */
function convFamily(channelwise: boolean): [OperatorCase[], OperatorCase[], OperatorCase[]] {
  const operator = channelwise ? operators.depthwiseConv2d : operators.conv2d;
  const all = convCases.map(
    ([name, xShape, [height, width, filters], strides = [1, 1], padding = 'same', dilations]) => {
      const last = channelwise ? Math.min(filters!, 3) : filters!;
      const x = noise(xShape);
      const kernel = noise([height!, width!, xShape[3]!, last]);
      const attributes = { strides, padding, ...(dilations && { dilations }) };
      const dy = noise(outputShape(operator, [x, kernel], attributes));
      return { name, x, kernel, dy, attributes };
    },
  );
  const window = { strides: [1, 1], padding: 'same' };
  const odd = {
    x: noise([1, 5, 5, 2]),
    kernel: noise([3, 3, 2, 3]),
    dy: noise([1, 5, 5, channelwise ? 6 : 3]),
  };
  const special = (input: CaseInput) => beginning(input, [NAN, INF, -INF]);
  const name = 'NaN and infinities';
  return [
    [
      ...all.map(({ x, kernel, name, attributes }) => ({ name, inputs: [x, kernel], attributes })),
      { name, inputs: [special(odd.x), odd.kernel], attributes: window },
    ],
    [
      ...all.map(({ x, kernel, dy, name, attributes }) => ({
        name,
        inputs: [dy, kernel],
        attributes: { ...attributes, inputShape: x.shape },
      })),
      { name, inputs: [special(odd.dy), odd.kernel], attributes: { ...window, inputShape: odd.x.shape } },
    ],
    [
      ...all.map(({ x, kernel, dy, name, attributes }) => ({
        name,
        inputs: [x, dy],
        attributes: { ...attributes, kernelShape: kernel.shape },
      })),
      { name, inputs: [special(odd.x), odd.dy], attributes: { ...window, kernelShape: odd.kernel.shape } },
    ],
  ];
}

type PoolCase = [name: string, x: number[], size: Pair, strides: Pair, padding: string];
const poolCases: PoolCase[] = [
  ['2×2', [2, 6, 4, 3], [2, 2], [2, 2], 'valid'],
  ['2×2, a row and a column left over', [2, 7, 5, 4], [2, 2], [2, 2], 'valid'],
  ['2×2, odd sizes', [2, 7, 5, 4], [2, 2], [2, 2], 'same'],
  ['overlap', [2, 6, 7, 3], [3, 3], [1, 1], 'valid'],
  ['overlap with padding', [2, 5, 7, 3], [3, 3], [1, 1], 'same'],
  ['3×3, step 2, padding', [2, 7, 8, 5], [3, 3], [2, 2], 'same'],
  ['other sizes along height and width', [1, 7, 8, 2], [2, 3], [1, 2], 'same'],
  ['gaps between windows', [2, 9, 8, 2], [2, 2], [3, 3], 'valid'],
  ['window beyond the picture', [2, 3, 2, 2], [5, 5], [1, 1], 'same'],
  ['window of one', [1, 3, 4, 3], [1, 1], [1, 1], 'valid'],
  ['batch of one, one channel', [1, 5, 5, 1], [2, 2], [2, 2], 'valid'],
  ['more than one workgroup', [3, 14, 13, 6], [2, 2], [2, 2], 'valid'],
  ['empty batch', [0, 4, 4, 2], [2, 2], [2, 2], 'valid'],
];
const specialPicture = beginning(noise([1, 4, 4, 2]), [
  NAN,
  INF,
  -INF,
  -INF,
  1,
  -INF,
  -INF,
  -INF,
  0,
  0,
  -INF,
  -INF,
]);
const special: PoolCase = ['NaN and infinities', [1, 4, 4, 2], [2, 2], [2, 2], 'valid'];
const tied = floats([1, 3, 3, 1], [1, 1, 0, 1, 1, 2, 0, 2, 2]);

const pool = ([name, x, size, strides, padding]: PoolCase) => ({
  name,
  x: name === special[0] ? specialPicture : noise(x),
  attributes: { size, strides, padding },
});
const pools = [...poolCases, special].map(pool);

/** What the reference gives. */
function applied(name: OperatorName, inputs: readonly CaseInput[], attributes: object): CaseInput {
  const operator = operators[name] as unknown as Operator;
  const shape = outputShape(operator, inputs, attributes);
  const out: AnyValue = { shape, data: new Float32Array(sizeOf(shape)) };
  operator.reference(inputs, attributes as never, out);
  return out;
}
function outputShape(operator: unknown, inputs: readonly CaseInput[], attributes: object): readonly number[] {
  const { complete, type } = operator as Operator;
  const types = inputs.map(({ shape }) => ({ shape, dtype: 'float32' as const }));
  return type(types, complete?.(attributes as never) ?? (attributes as never)).shape;
}

type ResizeCase = [name: string, x: number[], height: number, width: number, method: string];
const resizeCases: ResizeCase[] = ['nearest', 'bilinear'].flatMap((method): ResizeCase[] => [
  [`${method}, larger`, [2, 3, 4, 3], 7, 9, method],
  [`${method}, twice as large`, [1, 3, 3, 2], 6, 6, method],
  [`${method}, smaller`, [2, 7, 9, 3], 3, 4, method],
  [`${method}, taller and narrower`, [2, 3, 7, 1], 8, 2, method],
  [`${method}, same size`, [1, 3, 5, 2], 3, 5, method],
  [`${method}, from one pixel`, [2, 1, 1, 3], 3, 2, method],
  [`${method}, to one pixel`, [2, 3, 5, 1], 1, 1, method],
  [`${method}, empty batch`, [0, 3, 3, 2], 5, 5, method],
]);

const [conv, convInput, convKernel] = convFamily(false);
const [depthwise, depthwiseInput, depthwiseKernel] = convFamily(true);

export const windows = {
  conv2d: [
    ...conv,
    {
      name: 'by hand: one row and column of padding, at the end',
      inputs: [floats([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]), floats([2, 2, 1, 1], [1, 1, 1, 1])],
      attributes: { strides: [2, 2], padding: 'same' },
      expected: [12, 9, 15, 9],
    },
  ],
  conv2dInputGradient: convInput,
  conv2dKernelGradient: convKernel,
  depthwiseConv2d: [
    ...depthwise,
    {
      name: 'by hand: channel 0 by 1 and 10, channel 1 by 100 and 1000',
      inputs: [floats([1, 1, 2, 2], [1, 2, 3, 4]), floats([1, 1, 2, 2], [1, 10, 100, 1000])],
      attributes: { strides: [1, 1], padding: 'valid' },
      expected: [1, 10, 200, 2000, 3, 30, 400, 4000],
    },
  ],
  depthwiseConv2dInputGradient: depthwiseInput,
  depthwiseConv2dKernelGradient: depthwiseKernel,
  maxPool2d: [
    ...pools.map(({ name, x, attributes }) => ({ name, inputs: [x], attributes })),
    {
      name: 'padding is not zero',
      inputs: [floats([1, 1, 3, 1], [-3, -2, -1])],
      attributes: { size: [1, 2], strides: [1, 2], padding: 'same' },
      expected: [-2, -1],
    },
  ],
  maxPool2dGradient: [
    ...pools.map(({ name, x, attributes }) => {
      const y = applied('maxPool2d', [x], attributes);
      return { name, inputs: [x, y, noise(y.shape)], attributes };
    }),
    {
      name: 'ties go to the first',
      inputs: [tied, floats([1, 2, 2, 1], [1, 2, 2, 2]), floats([1, 2, 2, 1], [1, 10, 100, 1000])],
      attributes: { size: [2, 2], strides: [1, 1], padding: 'valid' },
      expected: [1, 0, 0, 0, 0, 1010, 0, 100, 0],
    },
  ],
  averagePool2d: [
    ...pools.map(({ name, x, attributes }) => ({ name, inputs: [x], attributes })),
    {
      name: 'padding is not counted',
      inputs: [floats([1, 1, 3, 1], [1, 2, 6])],
      attributes: { size: [1, 2], strides: [1, 2], padding: 'same' },
      expected: [1.5, 6],
    },
  ],
  averagePool2dGradient: pools.map(({ name, x, attributes }) => {
    const dy = noise(outputShape(operators.averagePool2d, [x], attributes));
    const given = name === special[0] ? beginning(dy, [NAN, INF, -INF]) : dy;
    return { name, inputs: [given], attributes: { ...attributes, inputShape: x.shape } };
  }),
  resize2d: [
    ...resizeCases.map(([name, x, height, width, method]) => ({
      name,
      inputs: [noise(x)],
      attributes: { height, width, method },
    })),
    {
      name: 'by hand: bilinear, half-pixel centres',
      inputs: [floats([1, 1, 2, 1], [0, 4])],
      attributes: { height: 1, width: 4, method: 'bilinear' },
      expected: [0, 1, 3, 4],
    },
    {
      name: 'NaN and infinities',
      inputs: [specialPicture],
      attributes: { height: 7, width: 3, method: 'nearest' },
    },
  ],
  resize2dGradient: [
    ...resizeCases.map(([name, x, height, width, method]) => ({
      name,
      inputs: [noise([x[0]!, height, width, x[3]!])],
      attributes: { method, inputShape: x },
    })),
    {
      name: 'NaN and infinities',
      inputs: [specialPicture],
      attributes: { method: 'nearest', inputShape: [1, 8, 8, 2] },
    },
  ],
} satisfies CaseFamily;
