/** For tests: one model entry on the reference executor in float64, with values that other programs can make, too. */
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { gradientsOf } from '../graph/gradients.ts';
import type { Graph, Node, Shape, TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { extendGraph, type TensorRef, traceGraph } from '../graph/ops.ts';
import type { Inputs } from './block.ts';
import { BlockSpec, blockOf } from './model-spec.ts';

const float64 = createPlainExecutor({ precision: 'float64' });

/** 0.7 · sin(1.7 k + (1.3 + 0.11 k) i) for i = 0, 1, …, rounded to float32. */
export function wave(shape: Shape, k: number): TensorValue<Float64Array> {
  const at = (i: number) => Math.fround(0.7 * Math.sin(1.7 * k + (1.3 + 0.11 * k) * i));
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => at(i)) };
}

export interface TracedEntry {
  /** Output `y`; inputs `0`, `1`, … and perhaps `step`. */
  graph: Graph;
  /** Weights by name: `wave(shape, 1)` for the first parameter, `wave(shape, 2)` for the second, and so on. */
  weights: Map<string, TensorValue<Float64Array>>;
  inputs: Record<string, TensorValue<Float64Array | Int32Array>>;
}

export function traceEntry(
  given: unknown,
  values: readonly TensorValue<Float64Array>[],
  training = false,
): TracedEntry {
  const spec = BlockSpec.parse(given);
  let step: TensorRef | undefined;
  const graph = traceGraph((tracer) => {
    const refs = values.map(({ shape }, i) => tracer.input(`${i}`, shape));
    const y = blockOf(spec).forward(tracer.ops, refs as unknown as Inputs, spec, {
      parameter: tracer.parameter,
      update: tracer.update,
      training,
      seed: 3,
      step() {
        step ??= tracer.input('step', [], 'int32');
        return step;
      },
    });
    return { y };
  });
  return {
    graph,
    weights: new Map(graph.parameters.map(({ name, shape }, i) => [name, wave(shape, i + 1)])),
    inputs: {
      ...Object.fromEntries(values.map((value, i) => [`${i}`, value])),
      ...(step && { step: { shape: [], data: Int32Array.of(5) } }),
    },
  };
}

/** Output and shape of one row of an entry. */
export async function runEntry(given: unknown, ...values: TensorValue<Float64Array>[]) {
  const { graph, weights, inputs } = traceEntry(given, values);
  const { y } = await (await float64.compile(graph, weights)).run(inputs);
  return { shape: y!.shape.slice(1), values: [...y!.data], weights: [...weights.values()] };
}

/**
 * An entry in training with a weighed sum of what it gives (`loss`), and the gradients of that by every parameter that learns and
 * every input but `fixedInputs` (`0`, `1`, …), each with its values.
 */
export function differentiateEntry(
  spec: unknown,
  values: readonly TensorValue<Float64Array>[],
  fixedInputs: readonly number[] = [],
) {
  const { graph, weights, inputs } = traceEntry(spec, values, true);
  const output = graph.outputs[0]!.node;
  const forward = extendGraph(graph, ({ ops }, nodes) => {
    const y = nodes[output]!;
    const weighed = ops.multiply(y, ops.constant(Float32Array.from(wave(y.shape, 9).data), y.shape));
    return { loss: ops.sum(weighed, { axes: y.shape.map((_, axis) => axis) }) };
  });
  const moved = [
    ...graph.parameters.flatMap(({ name, node, trainable }) =>
      trainable ? [{ node, data: weights.get(name)!.data }] : [],
    ),
    ...values.flatMap(({ data }, i) =>
      fixedInputs.includes(i) ? [] : [{ node: graph.inputs.find(({ name }) => name === `${i}`)!.node, data }],
    ),
  ];
  const backward = extendGraph(forward, ({ ops }, nodes) => {
    const by = moved.map(({ node }) => nodes[node]!);
    const gradients = gradientsOf(ops, nodes as readonly Node[], nodes[forward.outputs[0]!.node]!, by);
    return { y: nodes[output]!, ...Object.fromEntries(gradients.map((gradient, i) => [`${i}`, gradient])) };
  });
  return { forward, backward, moved, weights, inputs };
}

/** The largest difference between an entry's gradients and central differences. */
export async function gradientError(
  spec: unknown,
  values: readonly TensorValue<Float64Array>[],
  fixedInputs: readonly number[] = [],
): Promise<number> {
  const { forward: loss, backward, moved, weights, inputs } = differentiateEntry(spec, values, fixedInputs);
  const gradients = await (await float64.compile(backward, weights)).run(inputs);
  const forward = await float64.compile(loss, weights);
  const lossNow = async () => {
    await forward.write(weights);
    return (await forward.run(inputs)).loss!.data[0]!;
  };
  const h = 1e-5;
  let worst = 0;
  for (const [i, { data }] of moved.entries()) {
    for (let place = 0; place < data.length; place += Math.ceil(data.length / 12)) {
      const before = data[place]!;
      data[place] = before + h;
      const above = await lossNow();
      data[place] = before - h;
      const below = await lossNow();
      data[place] = before;
      worst = Math.max(worst, Math.abs(gradients[`${i}`]!.data[place]! - (above - below) / (2 * h)));
    }
  }
  return worst;
}
