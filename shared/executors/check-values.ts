/** Checks at an executor's door: every operator known, every value there with the shape and dtype that the graph says. */
import { AppError } from '../errors.ts';
import type { Graph, ParameterSpec, TensorData, TensorType, TensorValue } from '../graph/graph.ts';
import { type Operator, sameShape, showShape, sizeOf } from '../graph/operator.ts';
import { findOperator } from '../graph/ops.ts';

const WITHOUT_OPERATOR: ReadonlySet<string> = new Set(['input', 'parameter', 'constant', 'fused']);

/** The operator of each node; undefined for inputs, parameters, constants and `fused`. */
export function operatorsOf(graph: Graph): (Operator | undefined)[] {
  return graph.nodes.map(({ op }) => {
    const operator = findOperator(op);
    if (!operator && !WITHOUT_OPERATOR.has(op)) {
      throw new AppError('unsupported', `Operator "${op}" is not known to this version`);
    }
    return operator;
  });
}

/** `kind` is for the message: input or parameter. */
export function checkedValue<D extends TensorData>(
  kind: string,
  name: string,
  value: TensorValue<D> | undefined,
  type: TensorType,
): TensorValue<D> {
  if (!value) throw refusal(`The graph's ${kind} "${name}" was not given`);
  if (!sameShape(value.shape, type.shape) || value.data.length !== sizeOf(type.shape)) {
    const given = `shape ${showShape(value.shape)} (${value.data.length} values)`;
    throw refusal(`The graph's ${kind} "${name}" has ${given}, expected ${showShape(type.shape)}`);
  }
  checkDtype(kind, name, value.data, type);
  return value;
}

/** The values of one input for `count` runs, one after the other. */
export function checkedSteps(
  name: string,
  data: TensorData | undefined,
  count: number,
  type: TensorType,
): TensorData {
  if (!data) throw refusal(`The graph's input "${name}" was not given`);
  const expected = count * sizeOf(type.shape);
  if (data.length !== expected) {
    const runs = `${count} runs of ${showShape(type.shape)}`;
    throw refusal(`The graph's input "${name}" has ${data.length} values, expected ${expected} for ${runs}`);
  }
  checkDtype('input', name, data, type);
  return data;
}

/** The parameter of that name, which a caller wants to read or write. */
export function parameterOf(graph: Graph, name: string): ParameterSpec {
  const found = graph.parameters.find((parameter) => parameter.name === name);
  if (found) return found;
  const names = graph.parameters.map((parameter) => `"${parameter.name}"`).join(', ');
  throw refusal(`The graph has no parameter "${name}"; it has ${names || 'none'}`);
}

function checkDtype(kind: string, name: string, data: TensorData, { dtype }: TensorType): void {
  if (data instanceof Int32Array === (dtype === 'int32')) return;
  throw refusal(`The graph's ${kind} "${name}" is a ${data.constructor.name}, expected ${dtype}`);
}

const refusal = (message: string): AppError => new AppError('invalid_request', message);
