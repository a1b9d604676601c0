/** Operators over windows: values worked out by hand, gradients against finite differences in float64, what they refuse. */
import { describe, expect, it } from 'vitest';
import type { Attributes, Graph, Shape, TensorValue } from '../graph.ts';
import { type AnyValue, type Operator, sizeOf } from '../operator.ts';
import { findOperator, type Ops, type TensorRef, traceGraph } from '../ops.ts';
import { caseValues, type WindowCase, windowCases } from '../window-cases.ts';

const operatorOf = (op: string): Operator => findOperator(op)!;
const float64 = (size: number) => new Float64Array(size);

function apply(op: string, inputs: readonly AnyValue[], given: Attributes): TensorValue<Float64Array> {
  const operator = operatorOf(op);
  const attributes = operator.complete?.(given) ?? given;
  const { shape } = operator.type(
    inputs.map((input) => ({ shape: input.shape, dtype: 'float32' })),
    attributes,
  );
  const out = { shape, data: float64(sizeOf(shape)).fill(99) }; // what the run before left there
  operator.reference(inputs, attributes, out);
  return out;
}

const value = (shape: Shape, data: readonly number[]): TensorValue<Float64Array> => ({
  shape,
  data: Float64Array.from(data),
});
const count = (shape: Shape): AnyValue =>
  value(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => i + 1),
  );

const nine = count([1, 3, 3, 1]); // 1 2 3 / 4 5 6 / 7 8 9
const one = { strides: [1, 1], padding: 'valid' };
const two = { strides: [2, 2], padding: 'same' };
const twice = value([1, 2, 2, 1], [1, 2, 3, 4]);
const NAN = Number.NaN;

const byHand: [string, string, AnyValue[], Attributes, Shape, number[]][] = [
  ['conv2d', 'valid', [nine, count([2, 2, 1, 1])], one, [1, 2, 2, 1], [37, 47, 67, 77]],
  [
    'conv2d',
    'two channels into two',
    [count([1, 1, 2, 2]), count([1, 1, 2, 2])],
    one,
    [1, 1, 2, 2],
    [7, 10, 15, 22],
  ],
  [
    'conv2d',
    'dilated',
    [nine, value([2, 2, 1, 1], [1, 10, 100, 1000])],
    { ...one, dilations: [2, 2] },
    [1, 1, 1, 1],
    [9731],
  ],
  [
    'conv2d',
    'the odd padding comes last',
    [nine, value([2, 2, 1, 1], [1, 1, 1, 1])],
    { ...one, padding: 'same' },
    [1, 3, 3, 1],
    [12, 16, 9, 24, 28, 15, 15, 17, 9],
  ],
  [
    'conv2d',
    'stride 2, same',
    [nine, value([3, 3, 1, 1], Array(9).fill(1))],
    two,
    [1, 2, 2, 1],
    [12, 16, 24, 28],
  ],
  [
    'depthwiseConv2d',
    'each channel by itself, its outputs side by side',
    [value([1, 1, 1, 2], [2, 3]), value([1, 1, 2, 2], [1, 10, 100, 1000])],
    one,
    [1, 1, 1, 4],
    [2, 20, 300, 3000],
  ],
  ['maxPool2d', 'overlapping', [nine], { ...one, size: [2, 2] }, [1, 2, 2, 1], [5, 6, 8, 9]],
  [
    'maxPool2d',
    'padding is not zero, NaN is largest',
    [value([1, 1, 4, 1], [-5, -3, NAN, 1])],
    { size: [1, 3], strides: [1, 2], padding: 'same' },
    [1, 1, 2, 1],
    [NAN, NAN],
  ],
  [
    'maxPool2d',
    'padding is not zero',
    [value([1, 1, 3, 1], [-5, -3, -4])],
    { size: [1, 3], strides: [1, 2], padding: 'same' },
    [1, 1, 2, 1],
    [-3, -3],
  ],
  [
    'maxPool2dGradient',
    'overlapping windows add up',
    [nine, value([1, 2, 2, 1], [5, 6, 8, 9]), twice],
    { ...one, size: [2, 2] },
    [1, 3, 3, 1],
    [0, 0, 0, 0, 1, 2, 0, 3, 4],
  ],
  [
    'maxPool2dGradient',
    'the first of equals',
    [value([1, 2, 2, 1], [1, 7, 7, 7]), value([1, 1, 1, 1], [7]), value([1, 1, 1, 1], [3])],
    { ...one, size: [2, 2] },
    [1, 2, 2, 1],
    [0, 3, 0, 0],
  ],
  [
    'maxPool2dGradient',
    'the first NaN',
    [value([1, 2, 2, 1], [9, NAN, NAN, 7]), value([1, 1, 1, 1], [NAN]), value([1, 1, 1, 1], [3])],
    { ...one, size: [2, 2] },
    [1, 2, 2, 1],
    [0, 3, 0, 0],
  ],
  [
    'averagePool2d',
    'padding is not counted',
    [nine],
    { ...two, size: [2, 2] },
    [1, 2, 2, 1],
    [3, 4.5, 7.5, 9],
  ],
  [
    'averagePool2dGradient',
    'shared among what was seen',
    [value([1, 2, 2, 1], [4, 2, 2, 1])],
    { ...two, size: [2, 2], inputShape: [1, 3, 3, 1] },
    [1, 3, 3, 1],
    [1, 1, 1, 1, 1, 1, 1, 1, 1],
  ],
  [
    'resize2d',
    'nearest up',
    [value([1, 1, 2, 1], [1, 2])],
    { height: 2, width: 5, method: 'nearest' },
    [1, 2, 5, 1],
    [1, 1, 2, 2, 2, 1, 1, 2, 2, 2],
  ],
  [
    'resize2d',
    'nearest down',
    [count([1, 1, 5, 1])],
    { height: 1, width: 2, method: 'nearest' },
    [1, 1, 2, 1],
    [2, 4],
  ],
  [
    'resize2d',
    'bilinear up',
    [value([1, 1, 2, 1], [0, 4])],
    { height: 1, width: 4, method: 'bilinear' },
    [1, 1, 4, 1],
    [0, 1, 3, 4],
  ],
  [
    'resize2d',
    'bilinear down',
    [nine],
    { height: 1, width: 2, method: 'bilinear' },
    [1, 1, 2, 1],
    [4.25, 5.75],
  ],
  [
    'resize2dGradient',
    'bilinear',
    [value([1, 1, 4, 1], [1, 2, 3, 4])],
    { method: 'bilinear', inputShape: [1, 1, 2, 1] },
    [1, 1, 2, 1],
    [3.25, 6.75],
  ],
];

describe('by hand', () => {
  it.each(byHand)('%s: %s', (op, _, inputs, attributes, shape, data) => {
    const out = apply(op, inputs, attributes);
    expect(out.shape).toEqual(shape);
    expect([...out.data]).toEqual(data);
  });
});

const title = ({ op, inputs, attributes }: WindowCase) =>
  `${op} ${JSON.stringify(inputs)} ${JSON.stringify(attributes)}`;

describe('gradients are those of finite differences', () => {
  it.each(windowCases.filter(({ op }) => operatorOf(op).gradient).map((c) => [title(c), c] as const))(
    '%s',
    (_, given) => {
      const { op, attributes } = given;
      const inputs = caseValues(given, float64);
      const { gradient } = operatorOf(op);
      let shape: Shape = [];
      const graph = traceGraph(({ ops, input }) => {
        const refs = inputs.map((value, i) => input(`${i}`, value.shape));
        const output = (ops[op as keyof Ops] as (...args: unknown[]) => TensorRef)(...refs, attributes);
        shape = output.shape;
        const dy = input('dy', shape);
        const gradients = gradient!({ ops, inputs: refs, output, attributes, dy });
        return Object.fromEntries(gradients.map((ref, i) => [i, ref!]));
      });
      const dy = { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * i)) };
      const gradients = evaluate(graph, [...inputs, dy]);
      const loss = () => apply(op, inputs, attributes).data.reduce((sum, y, i) => sum + y * dy.data[i]!, 0);
      for (const [place, { data, shape }] of inputs.entries()) {
        expect(gradients[place]!.shape).toEqual(shape);
        for (let i = 0; i < data.length; i++) {
          const kept = data[i]!;
          const eps = 1e-6;
          data[i] = kept + eps;
          const above = loss();
          data[i] = kept - eps;
          const below = loss();
          data[i] = kept;
          expect(gradients[place]!.data[i]).toBeCloseTo((above - below) / (2 * eps), 6);
        }
      }
    },
  );
});

/** Outputs of a graph, its inputs in order, by the references in float64. */
function evaluate(graph: Graph, inputs: readonly AnyValue[]): AnyValue[] {
  const values: AnyValue[] = [];
  for (const node of graph.nodes) {
    const place = graph.inputs.findIndex((input) => input.node === node.id);
    values.push(
      place >= 0
        ? inputs[place]!
        : apply(
            node.op,
            node.inputs.map((id) => values[id]!),
            node.attributes,
          ),
    );
  }
  return graph.outputs.map(({ node }) => values[node]!);
}

describe('refusals name the operator, the value and what it takes', () => {
  const refused = (build: (ops: Ops, x: TensorRef, kernel: TensorRef) => TensorRef) => () =>
    traceGraph(({ ops, input }) => ({
      y: build(ops, input('x', [1, 4, 5, 3]), input('kernel', [3, 3, 3, 2])),
    }));
  const plain = { strides: [1, 1], padding: 'same' } as const;

  it.each<[string, (ops: Ops, x: TensorRef, kernel: TensorRef) => TensorRef, string]>([
    [
      'another rank',
      (ops, x, kernel) => ops.conv2d(ops.reshape(x, { shape: [4, 15] }), kernel, plain),
      'conv2d: takes images [batch, height, width, channels], not [4, 15]',
    ],
    [
      'other channels',
      (ops, x) => ops.conv2d(x, x, plain),
      'conv2d: a kernel [1, 4, 5, 3] does not fit images [1, 4, 5, 3]; it takes [height, width, 3, filters]',
    ],
    [
      'too large a window',
      (ops, x, kernel) => ops.conv2d(x, kernel, { ...plain, padding: 'valid', dilations: [2, 2] }),
      'conv2d: a window of 3×3 with dilations [2, 2] does not fit into 4×5; make it smaller',
    ],
    [
      'a stride of 0',
      (ops, x) => ops.maxPool2d(x, { size: [2, 2], strides: [0, 1], padding: 'same' }),
      'maxPool2d: strides is [0, 1]; it takes [height, width], whole and from 1',
    ],
    [
      'an unknown padding',
      (ops, x, kernel) => ops.depthwiseConv2d(x, kernel, { strides: [1, 1], padding: 'full' as 'same' }),
      'depthwiseConv2d: padding is "full"; it takes "same" or "valid"',
    ],
    [
      'a dy of another shape',
      (ops, x) => ops.averagePool2dGradient(x, { ...plain, size: [2, 2], inputShape: [1, 9, 9, 3] }),
      'averagePool2dGradient: dy is [1, 4, 5, 3]; it takes [1, 9, 9, 3]',
    ],
    [
      'indices',
      (ops, x, kernel) => ops.conv2d(ops.cast(x, { to: 'int32' }), kernel, plain),
      'conv2d: input 0 is int32; it takes float32',
    ],
    [
      'no height',
      (ops, x) => ops.resize2d(x, { height: 0, width: 4, method: 'nearest' }),
      'resize2d: height and width are 0 and 4; it takes whole numbers from 1',
    ],
    [
      'an unknown method',
      (ops, x) => ops.resize2d(x, { height: 2, width: 4, method: 'cubic' as 'nearest' }),
      'resize2d: method is "cubic"; it takes "nearest" or "bilinear"',
    ],
    [
      'another batch',
      (ops, x) => ops.resize2dGradient(x, { method: 'nearest', inputShape: [2, 4, 5, 3] }),
      'resize2dGradient: dy [1, 4, 5, 3] and inputShape [2, 4, 5, 3] differ in batch or channels',
    ],
  ])('%s', (_, build, message) => {
    expect(refused(build)).toThrow(message);
  });
});

it('multiply-adds of a convolution and of its gradients are the same', () => {
  const x: Shape = [2, 8, 8, 3];
  const graph = traceGraph(({ ops, input }) => {
    const image = input('x', x);
    const kernel = input('kernel', [3, 3, 3, 4]);
    const options = { strides: [2, 2], padding: 'same' } as const;
    const y = ops.conv2d(image, kernel, options);
    return {
      y,
      dx: ops.conv2dInputGradient(y, kernel, { ...options, inputShape: x }),
      dk: ops.conv2dKernelGradient(image, y, { ...options, kernelShape: kernel.shape }),
    };
  });
  const costs = graph.nodes.slice(2).map((node) =>
    operatorOf(node.op).multiplyAdds!(
      node.inputs.map((id) => graph.nodes[id]!),
      node.attributes,
      node,
    ),
  );
  expect(costs).toEqual([3456, 3456, 3456]); // 2 · 4 · 4 places · 4 filters · 27
});
