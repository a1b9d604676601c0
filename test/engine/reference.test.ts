/** The reference itself: values worked out by hand, and every gradient against finite differences in float64. */
import { describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import type { TensorData, TensorValue } from '../../shared/graph/graph.ts';
import { operators } from '../../shared/graph/operators/list.ts';
import { findOperator, traceGraph } from '../../shared/graph/ops.ts';
import { applyCase, gradientGraph, isDifferentiated, weighedSum } from './checks/operators.ts';
import { operatorCases } from './operator-cases/list.ts';
import type { OperatorCase, OperatorName } from './operator-cases/operator-case.ts';

const names = Object.keys(operators) as OperatorName[];
const float64 = createPlainExecutor({ precision: 'float64' });

describe('every operator has cases', () => {
  it.each(names)('%s', (name) => {
    const cases = operatorCases[name];
    const data = (holds: (value: TensorValue<TensorData>) => boolean) =>
      cases.some(({ inputs }) => inputs.some(holds));
    expect(cases?.length).toBeGreaterThan(4);
    expect(new Set(cases.map((one) => one.name)).size, 'names differ').toBe(cases.length);
    expect(
      cases.some((one) => one.name.startsWith('empty') || one.inputs.some(({ shape }) => shape.includes(0))),
    ).toBe(true);
    const takesFloats = data((value) => value.data instanceof Float32Array);
    if (takesFloats)
      expect(
        data((value) => value.data.some((x) => !Number.isFinite(x))),
        'NaN and infinities',
      ).toBe(true);
  });
});

describe('the reference gives what is worked out by hand', () => {
  const known = names.flatMap((name) =>
    operatorCases[name].filter((one) => one.expected).map((one) => ({ name, one })),
  );
  it.each(known)('$name: $one.name', async ({ name, one }) => {
    const { graph, inputs } = gradientGraph(name, [one]);
    const { [one.name]: y } = await (await float64.compile(graph, new Map())).run(inputs);
    const close = (x: number, i: number) =>
      Object.is(x, one.expected![i]) || Math.abs(x - one.expected![i]!) < 1e-7;
    expect(y!.data.length).toBe(one.expected!.length);
    expect(
      Array.from(y!.data).every((x, i) => x === one.expected![i] || close(x, i)),
      `${y!.data}`,
    ).toBe(true);
  });
});

describe('gradients are finite differences', () => {
  const differentiable = names.filter((name) => findOperator(name)!.gradient);
  it.each(differentiable)('%s', async (name) => {
    for (const one of operatorCases[name]) if (one.smooth !== false) await compareGradients(name, one);
  });
});

/** Elements of an input that are tried, evenly spread. */
const TRIED = 24;
const H = 1e-5;

async function compareGradients(name: OperatorName, one: OperatorCase): Promise<void> {
  const places = one.inputs.flatMap((input, i) => (isDifferentiated(name, one, input) ? [i] : []));
  if (places.length === 0) return;
  const { graph, inputs } = gradientGraph(name, [one]);
  const gradients = await (await float64.compile(graph, new Map())).run(inputs);
  const loss = await lossOf(name, one);
  for (const i of places) {
    const { data } = one.inputs[i]!;
    const gradient = gradients[`${one.name}, gradient ${i}`]!;
    for (let place = 0; place < data.length; place += Math.ceil(data.length / TRIED)) {
      const difference = (await loss(i, place, H)) - (await loss(i, place, -H));
      const error = Math.abs(gradient.data[place]! - difference / (2 * H));
      expect(error, `${one.name}: by element ${place} of input ${i}`).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(gradient.data[place]!)),
      );
    }
  }
}

/** The loss whose gradient is taken, with one element of one input moved by `h`. */
async function lossOf(name: OperatorName, one: OperatorCase) {
  const graph = traceGraph(({ ops, input }) => {
    const refs = one.inputs.map(({ shape, data }, i) =>
      input(`${i}`, shape, data instanceof Int32Array ? 'int32' : 'float32'),
    );
    return { loss: weighedSum(ops, applyCase(ops, name, one, refs)) };
  });
  const program = await float64.compile(graph, new Map());
  const values = one.inputs.map(({ shape, data }) => ({
    shape,
    data: data instanceof Int32Array ? data : Float64Array.from(data),
  }));
  const given = Object.fromEntries(values.map((value, i) => [`${i}`, value]));
  return async (i: number, place: number, h: number): Promise<number> => {
    const { data } = values[i]!;
    const before = data[place]!;
    data[place] = before + h;
    const { loss } = await program.run(given);
    data[place] = before;
    return loss!.data[0]!;
  };
}
