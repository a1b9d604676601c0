/**
 * `Ops`: one method for each operator of the list; calling them inside `traceGraph` writes the graph down.
 * `ops.matmul(x, kernel)`, `ops.conv2d(x, kernel, { strides: [1, 1], padding: 'same' })`.
 */
import type {
  Attributes,
  DType,
  Graph,
  Initializer,
  Node,
  ParameterSpec,
  Shape,
  TensorType,
} from './graph.ts';
import { type Arity, type Operator, shapeError, showShape, sizeOf } from './operator.ts';
import { operators } from './operators/list.ts';

/** A value in a graph that is being traced. */
export interface TensorRef extends TensorType {
  /** Its node. */
  id: number;
}

type Operators = typeof operators;
type Inputs<N extends Arity> = N extends 'many'
  ? [values: readonly TensorRef[]]
  : N extends 1
    ? [x: TensorRef]
    : N extends 2
      ? [a: TensorRef, b: TensorRef]
      : [a: TensorRef, b: TensorRef, c: TensorRef];
type Method<O> =
  O extends Operator<infer N, infer _A, infer G>
    ? (
        ...args: keyof G extends never
          ? Inputs<N>
          : Record<never, never> extends G
            ? [...Inputs<N>, attributes?: G]
            : [...Inputs<N>, attributes: G]
      ) => TensorRef
    : never;

/** Each method throws AppError `invalid_pipeline` where shapes or dtypes do not fit. */
export type Ops = { readonly [K in keyof Operators]: Method<Operators[K]> } & {
  /** A number (float32, shape []), or an array with its shape. */
  constant(value: number): TensorRef;
  constant(value: Float32Array | Int32Array, shape: Shape): TensorRef;
};

export interface Tracer {
  readonly ops: Ops;
  input(name: string, shape: Shape, dtype?: DType): TensorRef;
  parameter(name: string, shape: Shape, initializer: Initializer, options?: ParameterOptions): TensorRef;
  /** After each run `parameter` takes on `value`; reads within the run see the old one. */
  update(parameter: TensorRef, value: TensorRef): void;
}

export interface ParameterOptions {
  /** Default float32. */
  dtype?: DType;
  /** Default true. */
  trainable?: boolean;
}

/** Runs `build` once over symbolic values; what it returns are the graph's outputs by name. */
export function traceGraph(build: (tracer: Tracer) => Record<string, TensorRef>): Graph {
  return extendGraph({ nodes: [], inputs: [], parameters: [], outputs: [], updates: [] }, build);
}

/** Traces further nodes behind those of `graph`, whose inputs, parameters and updates stay; the outputs are `build`'s. */
export function extendGraph(
  graph: Graph,
  build: (tracer: Tracer, refs: readonly TensorRef[]) => Record<string, TensorRef>,
): Graph {
  const nodes: Node[] = [...graph.nodes];
  const inputs = [...graph.inputs];
  const parameters: ParameterSpec[] = [...graph.parameters];
  const updates = [...graph.updates];

  const push = (
    op: string,
    from: readonly TensorRef[],
    attributes: Attributes,
    type: TensorType,
    value?: Node['value'],
  ) => {
    const id = nodes.length;
    const { shape, dtype } = type;
    nodes.push({
      id,
      op,
      inputs: from.map((ref) => ref.id),
      attributes,
      shape,
      dtype,
      ...(value && { value }),
    });
    return { id, shape, dtype };
  };
  const method =
    (operator: Operator) =>
    (...args: unknown[]) => {
      const count = operator.arity === 'many' ? 1 : operator.arity;
      const from = (operator.arity === 'many' ? args[0] : args.slice(0, count)) as TensorRef[];
      const given = (args[count] ?? {}) as Attributes;
      const attributes = operator.complete?.(given) ?? given;
      return push(operator.name, from, attributes, operator.type(from, attributes));
    };
  const ops = Object.fromEntries(operatorList.map((operator) => [operator.name, method(operator)]));
  const constant = (value: number | Float32Array | Int32Array, shape: Shape = []) => {
    const data = typeof value === 'number' ? Float32Array.of(value) : value;
    if (data.length !== sizeOf(shape)) {
      throw shapeError('constant', `${data.length} elements do not fill ${showShape(shape)}`);
    }
    return push('constant', [], {}, { shape, dtype: data instanceof Int32Array ? 'int32' : 'float32' }, data);
  };
  const tracer: Tracer = {
    ops: { ...ops, constant } as unknown as Ops,
    input(name, shape, dtype = 'float32') {
      const ref = push('input', [], { name }, { shape, dtype });
      inputs.push({ name, node: ref.id });
      return ref;
    },
    parameter(name, shape, initializer, { dtype = 'float32', trainable = true } = {}) {
      const ref = push('parameter', [], { name }, { shape, dtype });
      parameters.push({ name, shape, dtype, initializer, trainable, node: ref.id });
      return ref;
    },
    update(parameter, value) {
      const { name } = parameters.find(({ node }) => node === parameter.id)!;
      updates.push({ parameter: name, node: value.id });
    },
  };
  const outputs = build(tracer, graph.nodes);
  return {
    nodes,
    inputs,
    parameters,
    outputs: Object.entries(outputs).map(([name, ref]) => ({ name, node: ref.id })),
    updates,
  };
}

const operatorList = Object.values(operators) as unknown as readonly Operator[];
const operatorsByName: ReadonlyMap<string, Operator> = new Map(operatorList.map((o) => [o.name, o]));

/** The operator of a node; undefined for `input`, `parameter`, `constant` and `fused`. */
export const findOperator = (name: string): Operator | undefined => operatorsByName.get(name);
