/** Elementwise operators; ONNX's comparisons give booleans, ours 0 and 1. */
import type { DType } from '../../../graph/graph.ts';
import { int, type Scope } from '../scope.ts';
import type { Emitter } from './emitter.ts';

/** `TensorProto.DataType` */
const TYPES = { float32: 1, int32: 6, bool: 9 } as const;

const simply =
  (op: string): Emitter =>
  ({ scope, inputs }) =>
    scope.add(op, inputs);

const castTo = (scope: Scope, value: string, to: keyof typeof TYPES): string =>
  scope.add('Cast', [value], { to: int(TYPES[to]) });

const compared =
  (op: string): Emitter =>
  ({ scope, inputs }) =>
    castTo(scope, scope.add(op, inputs), 'float32');

const cast: Emitter<{ to: DType }> = ({ scope, inputs, attributes }) =>
  castTo(scope, inputs[0]!, attributes.to);

const select: Emitter = ({ scope, inputs: [condition, ...both] }) =>
  scope.add('Where', [castTo(scope, condition!, 'bool'), ...both]);

export const elementwise = {
  negate: simply('Neg'),
  exp: simply('Exp'),
  log: simply('Log'),
  sqrt: simply('Sqrt'),
  abs: simply('Abs'),
  sign: simply('Sign'),
  floor: simply('Floor'),
  relu: simply('Relu'),
  sigmoid: simply('Sigmoid'),
  tanh: simply('Tanh'),
  erf: simply('Erf'),
  sin: simply('Sin'),
  cos: simply('Cos'),
  cast,
  add: simply('Add'),
  subtract: simply('Sub'),
  multiply: simply('Mul'),
  divide: simply('Div'),
  maximum: simply('Max'),
  minimum: simply('Min'),
  power: simply('Pow'),
  greater: compared('Greater'),
  equal: compared('Equal'),
  select,
};
