/**
 * `Ops`: one method for each operator of the list; calling them inside `traceGraph` writes the graph down.
 * `ops.matmul(x, kernel)`, `ops.conv2d(x, kernel, { strides: [1, 1], padding: 'same' })`.
 */
import type { Attributes, Graph, Initializer, Node, ParameterSpec, Shape } from './graph.ts';
import type { Operator } from './operator.ts';
import { operators } from './operators/list.ts';

/** A value in a graph that is being traced. */
export interface TensorRef {
  /** Its node. */
  id: number;
  shape: Shape;
}

type Operators = typeof operators;
type Inputs<N extends number> = N extends 1 ? [x: TensorRef] : [a: TensorRef, b: TensorRef];
type Method<O> =
  O extends Operator<infer N, infer A>
    ? (...args: keyof A extends never ? Inputs<N> : [...Inputs<N>, attributes: A]) => TensorRef
    : never;

/** Each method throws AppError `invalid_pipeline` where the shapes do not fit. */
export type Ops = { readonly [K in keyof Operators]: Method<Operators[K]> };

export interface Tracer {
  readonly ops: Ops;
  input(name: string, shape: Shape): TensorRef;
  parameter(name: string, shape: Shape, initializer: Initializer): TensorRef;
}

/** Runs `build` once over symbolic values; what it returns are the graph's outputs by name. */
export function traceGraph(build: (tracer: Tracer) => Record<string, TensorRef>): Graph {
  const nodes: Node[] = [];
  const inputs: { name: string; node: number }[] = [];
  const parameters: ParameterSpec[] = [];

  const push = (op: string, from: readonly TensorRef[], attributes: Attributes, shape: Shape): TensorRef => {
    const id = nodes.length;
    nodes.push({ id, op, inputs: from.map((ref) => ref.id), attributes, shape });
    return { id, shape };
  };
  const method =
    (operator: Operator) =>
    (...args: unknown[]) => {
      const from = args.slice(0, operator.arity) as TensorRef[];
      const attributes = (args[operator.arity] ?? {}) as Attributes;
      const shape = operator.shape(
        from.map((ref) => ref.shape),
        attributes,
      );
      return push(operator.name, from, attributes, shape);
    };
  const outputs = build({
    ops: Object.fromEntries(
      operatorList.map((operator) => [operator.name, method(operator)]),
    ) as unknown as Ops,
    input(name, shape) {
      const ref = push('input', [], { name }, shape);
      inputs.push({ name, node: ref.id });
      return ref;
    },
    parameter(name, shape, initializer) {
      const ref = push('parameter', [], { name }, shape);
      parameters.push({ name, shape, initializer, node: ref.id });
      return ref;
    },
  });
  return {
    nodes,
    inputs,
    parameters,
    outputs: Object.entries(outputs).map(([name, ref]) => ({ name, node: ref.id })),
  };
}

const operatorList = Object.values(operators) as unknown as readonly Operator[];
const operatorsByName: ReadonlyMap<string, Operator> = new Map(operatorList.map((o) => [o.name, o]));

/** The operator of a node; undefined for `input` and `parameter`. */
export const findOperator = (name: string): Operator | undefined => operatorsByName.get(name);
