/** The body of one TensorFlow function while it is written: nodes with names of their own, values named as functions name them. */
import type { Shape } from '../../shared/graph/graph.ts';
import {
  type Attribute,
  attr,
  type NodeAttributes,
  type NodeDef,
  nodeDef,
  type TypeName,
} from './graph-def.ts';

/** A value inside the function: an argument's name, or `node:output:number`. */
export type Value = string;

export interface Scope {
  readonly nodes: NodeDef[];
  /** `output`: what the operator's definition calls the output, for most `output`. `after`: values or nodes that must be there before. */
  add(op: string, inputs: readonly Value[], attributes: NodeAttributes, options?: AddOptions): Value;
  constant(type: TypeName, shape: Shape, data: Float32Array | Int32Array | Uint32Array): Value;
  /** A vector of int32. */
  ints(...values: number[]): Value;
  /** A scalar of int32. */
  int(value: number): Value;
  float(value: number): Value;
}

export interface AddOptions {
  output?: string;
  after?: readonly Value[];
}

export function createScope(): Scope {
  const nodes: NodeDef[] = [];
  /** Small constants by what they hold: shapes and axes come again and again. */
  const known = new Map<string, Value>();

  const add: Scope['add'] = (op, inputs, attributes, { output = 'output', after = [] } = {}) => {
    const name = `${op}_${nodes.length}`;
    const controls = after.map((value) => `^${nodeOf(value)}`);
    nodes.push(nodeDef(name, op, [...inputs, ...new Set(controls)], attributes));
    return `${name}:${output}:0`;
  };
  const constant: Scope['constant'] = (type, shape, data) =>
    add('Const', [], { dtype: attr.type(type), value: attr.tensor(type, shape, data) });
  const shared = (type: TypeName, shape: Shape, data: Float32Array | Int32Array): Value => {
    const key = `${type} ${shape} ${data}`;
    const value = known.get(key) ?? constant(type, shape, data);
    known.set(key, value);
    return value;
  };
  return {
    nodes,
    add,
    constant,
    ints: (...values) => shared('int32', [values.length], Int32Array.from(values)),
    int: (value) => shared('int32', [], Int32Array.of(value)),
    float: (value) => shared('float32', [], Float32Array.of(value)),
  };
}

/** The node that gives a value. */
const nodeOf = (value: Value): string => value.split(':')[0]!;

export const FLOAT: Attribute = attr.type('float32');
export const INT: Attribute = attr.type('int32');
