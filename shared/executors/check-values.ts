/** Checks at an executor's door: every operator known, every value there with the shape that the graph says. */
import { AppError } from '../errors.ts';
import type { Graph, Shape, TensorValue } from '../graph/graph.ts';
import { type Operator, sameShape, showShape, sizeOf } from '../graph/operator.ts';
import { findOperator } from '../graph/ops.ts';

/** The operator of each node; undefined for inputs and parameters. */
export function operatorsOf(graph: Graph): (Operator | undefined)[] {
  return graph.nodes.map(({ op }) => {
    const operator = findOperator(op);
    if (!operator && op !== 'input' && op !== 'parameter') {
      throw new AppError('unsupported', `Operator "${op}" is not known to this version`);
    }
    return operator;
  });
}

/** `kind` is for the message: input or parameter. */
export function checkedValue(
  kind: string,
  name: string,
  value: TensorValue | undefined,
  shape: Shape,
): TensorValue {
  if (!value) throw new AppError('invalid_request', `The graph's ${kind} "${name}" was not given`);
  if (!sameShape(value.shape, shape) || value.data.length !== sizeOf(shape)) {
    throw new AppError(
      'invalid_request',
      `The graph's ${kind} "${name}" has shape ${showShape(value.shape)} (${value.data.length} values), expected ${showShape(shape)}`,
    );
  }
  return value;
}
