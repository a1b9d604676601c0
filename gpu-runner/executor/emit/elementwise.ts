/** Elementwise operators. TensorFlow compares into booleans; ours are float32 0 and 1. */
import type { DType } from '../../../shared/graph/graph.ts';
import { attr } from '../graph-def.ts';
import { FLOAT, type Scope, type Value } from '../scope.ts';
import type { Emitter } from './emitter.ts';

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

const select: Emitter = ({ scope, inputs: [condition, a, b], shared }) =>
  scope.add('SelectV2', [shared.get(truthOf(condition!)) ?? truth(scope, condition!), a!, b!], { T: FLOAT });

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
  add: binary('AddV2'),
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
