/** Each operator's cases, and the gradients by their inputs, on an executor beside the reference in float64. */
import type { Executor } from '../../../shared/executors/executor.ts';
import { createPlainExecutor } from '../../../shared/executors/plain/plain-executor.ts';
import { gradientsOf } from '../../../shared/graph/gradients.ts';
import type { DType, Graph, Node, TensorData, TensorValue } from '../../../shared/graph/graph.ts';
import {
  extendGraph,
  findOperator,
  type Ops,
  type TensorRef,
  traceGraph,
} from '../../../shared/graph/ops.ts';
import { operatorCases } from '../operator-cases/list.ts';
import {
  type CaseInput,
  noise,
  type OperatorCase,
  type OperatorName,
} from '../operator-cases/operator-case.ts';
import { difference } from './compare.ts';

const TOLERANCE = 1e-5;
/** Gradients are operators that have cases of their own; so those of the first few cases of each operator are enough here. */
const WITH_GRADIENTS = 4;

type Tensors = Record<string, TensorValue<TensorData>>;

/** Case (or case and input, for a gradient) → what went wrong with it. */
export type Problems = Readonly<Record<string, string>>;

/** The first `count` cases. They are one graph; where an executor cannot compile or run that, each is one, so that those to blame are found. */
export async function checkOperator(
  executor: Executor,
  name: OperatorName,
  count = Number.POSITIVE_INFINITY,
): Promise<Problems> {
  const cases = operatorCases[name].slice(0, count);
  try {
    return await check(executor, name, cases);
  } catch {
    const problems: Record<string, string> = {};
    for (const one of cases) {
      const found = await check(executor, name, [one]).catch((error) => ({ [one.name]: String(error) }));
      Object.assign(problems, found);
    }
    return problems;
  }
}

async function check(
  executor: Executor,
  name: OperatorName,
  cases: readonly OperatorCase[],
): Promise<Problems> {
  const { graph, inputs } = gradientGraph(name, cases, operatorCases[name].slice(0, WITH_GRADIENTS));
  const expected = await runOnce(createPlainExecutor({ precision: 'float64' }), graph, inputs);
  const actual = await runOnce(executor, graph, inputs);
  const exact = new Set(cases.filter((one) => one.exact).map((one) => one.name));
  const problems: Record<string, string> = {};
  for (const { name: output } of graph.outputs) {
    const problem = difference(actual[output], expected[output]!, exact.has(output) ? 0 : TOLERANCE);
    if (problem) problems[output] = problem;
  }
  return problems;
}

async function runOnce(executor: Executor<TensorData>, graph: Graph, inputs: Tensors): Promise<Tensors> {
  const program = await executor.compile(graph, new Map());
  try {
    return await program.run(inputs);
  } finally {
    program.dispose();
  }
}

/** The operator applied to the inputs of a case. */
export function applyCase(
  ops: Ops,
  name: OperatorName,
  one: OperatorCase,
  refs: readonly TensorRef[],
): TensorRef {
  const method = ops[name] as (...args: unknown[]) => TensorRef;
  const attributes = one.attributes ?? {};
  const y = findOperator(name)!.arity === 'many' ? method(refs, attributes) : method(...refs, attributes);
  return y.dtype === 'int32' ? ops.cast(y, { to: 'float32' }) : y;
}

const dtypeOf = ({ data }: CaseInput): DType => (data instanceof Int32Array ? 'int32' : 'float32');

/** Whether a gradient by this input is asked for. */
export const isDifferentiated = (name: OperatorName, one: OperatorCase, input: CaseInput): boolean =>
  findOperator(name)!.gradient !== undefined &&
  dtypeOf(input) === 'float32' &&
  !input.fixed &&
  one.inputs.every(({ data }) => data.every(Number.isFinite));

/** Outputs: for each case its value, and, of those `differentiated`, as `CASE, gradient I` that of Σ value · noise by input I. */
export function gradientGraph(
  name: OperatorName,
  cases: readonly OperatorCase[],
  differentiated = cases,
): { graph: Graph; inputs: Tensors } {
  const inputs: Tensors = {};
  const values: Record<string, TensorRef> = {};
  const byInput: Record<string, TensorRef> = {};
  const forward = traceGraph(({ ops, input }) => {
    const losses = cases.map((one) => {
      const refs = one.inputs.map((value, i) => {
        const label = `${one.name}, ${i}`;
        inputs[label] = value;
        const ref = input(label, value.shape, dtypeOf(value));
        if (differentiated.includes(one) && isDifferentiated(name, one, value))
          byInput[`${one.name}, gradient ${i}`] = ref;
        return ref;
      });
      const y = applyCase(ops, name, one, refs);
      values[one.name] = y;
      return weighedSum(ops, y);
    });
    return { ...values, loss: losses.reduce((a, b) => ops.add(a, b)) };
  });
  const graph = extendGraph(forward, ({ ops }, refs) => {
    const loss = refs[forward.outputs.find(({ name: output }) => output === 'loss')!.node]!;
    const gradients = gradientsOf(ops, refs as readonly Node[], loss, Object.values(byInput));
    return {
      ...values,
      ...Object.fromEntries(Object.keys(byInput).map((label, i) => [label, gradients[i]!])),
    };
  });
  return { graph, inputs };
}

/** Every element has a share of its own in it. */
export function weighedSum(ops: Ops, y: TensorRef): TensorRef {
  const weights = ops.constant(noise(y.shape, [-1, 1], 2).data as Float32Array, y.shape);
  return ops.sum(ops.multiply(y, weights), { axes: y.shape.map((_, axis) => axis) });
}
