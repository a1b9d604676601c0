/** Elementwise operators. TensorFlow compares into booleans; ours are float32 0 and 1. */
import type { DType, Node, TensorType } from '../../../shared/graph/graph.ts';
import { sameShape } from '../../../shared/graph/operator.ts';
import { attr } from '../graph-def.ts';
import { FLOAT, type Scope, type Value } from '../scope.ts';
import type { Emission, Emitter } from './emitter.ts';

const unary =
  (op: string, output = 'y'): Emitter =>
  ({ scope, inputs }) =>
    scope.add(op, inputs, { T: FLOAT }, { output });

const binary =
  (op: string): Emitter =>
  ({ scope, inputs }) =>
    scope.add(op, inputs, { T: FLOAT }, { output: 'z' });

/** Booleans are kept beside, for `select`. */
const comparison =
  (op: string): Emitter =>
  ({ scope, inputs, shared }) => {
    const truth = scope.add(op, inputs, { T: FLOAT }, { output: 'z' });
    const value = scope.add('Cast', [truth], { SrcT: attr.type('bool'), DstT: FLOAT }, { output: 'y' });
    shared.set(truthOf(value), truth);
    return value;
  };

const truthOf = (value: Value): string => `truth of ${value}`;

function truth(scope: Scope, value: Value): Value {
  return scope.add('NotEqual', [value, scope.float(0)], { T: FLOAT }, { output: 'z' });
}

const select: Emitter = (emission) => {
  const { scope, inputs, shared } = emission;
  const [condition, a, b] = inputs as [Value, Value, Value];
  const y = rectified(emission);
  if (y !== undefined) return scope.add('ReluGrad', [a, y], { T: FLOAT }, { output: 'backprops' });
  return scope.add('SelectV2', [shared.get(truthOf(condition)) ?? truth(scope, condition), a, b], {
    T: FLOAT,
  });
};

/** The y of select(greater(y, 0), dy, 0), all of one shape: relu's gradient, which is one kernel. */
function rectified({ node, nodes, values }: Emission): Value | undefined {
  const [condition, dy, otherwise] = node.inputs.map((id) => nodes[id]!) as [Node, Node, Node];
  if (condition.op !== 'greater' || !isZero(otherwise) || !isZero(nodes[condition.inputs[1]!]!)) return;
  const y = nodes[condition.inputs[0]!]!;
  const alike = sameShape(y.shape, node.shape) && sameShape(dy.shape, node.shape);
  return alike ? values[y.id] : undefined;
}

const isZero = ({ value, shape }: Node): boolean => shape.length === 0 && value?.[0] === 0;

/** One channel's bias each: said as such, TensorFlow joins it, and relu after it, to the kernel before. */
const add: Emitter = (emission) => {
  const { scope, node, nodes, inputs, types } = emission;
  const [x, bias] = types as [TensorType, TensorType];
  const fusible = ['conv2d', 'depthwiseConv2d', 'matmul'].includes(nodes[node.inputs[0]!]!.op);
  if (fusible && bias.shape.length === 1 && x.shape.length > 1 && bias.shape[0] === x.shape.at(-1)) {
    return scope.add('BiasAdd', inputs, { T: FLOAT });
  }
  return binary('AddV2')(emission);
};

const cast: Emitter<{ to: DType }> = ({ scope, inputs, types: [x], attributes: { to } }) =>
  x!.dtype === to
    ? inputs[0]!
    : scope.add('Cast', inputs, { SrcT: attr.type(x!.dtype), DstT: attr.type(to) }, { output: 'y' });

export const elementwise = {
  negate: unary('Neg'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: unary('Floor'),
  relu: unary('Relu', 'activations'),
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  erf: unary('Erf'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  add,
  subtract: binary('Sub'),
  multiply: binary('Mul'),
  divide: binary('RealDiv'),
  maximum: binary('Maximum'),
  minimum: binary('Minimum'),
  power: binary('Pow'),
  greater: comparison('Greater'),
  equal: comparison('Equal'),
  select,
  cast,
};
