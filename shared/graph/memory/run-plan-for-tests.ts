/** Runs a graph as its memory plan says, all in one array, with the operators' references: what any executor with a plan does. */
import { compileFused } from '../../executors/plain/fused.ts';
import type { Graph, TensorData, TensorType, TensorValue } from '../graph.ts';
import { type Place, planMemory, type Region } from '../memory-plan.ts';
import { sizeOf } from '../operator.ts';
import { findOperator } from '../ops.ts';

export interface PlannedProgram {
  run(inputs: Readonly<Record<string, TensorValue<TensorData>>>): Record<string, TensorValue<TensorData>>;
  read(parameter: string): TensorData;
}

export function compilePlan(
  graph: Graph,
  parameters: Readonly<Record<string, TensorValue<TensorData>>>,
  align = 4,
): PlannedProgram {
  const plan = planMemory(graph, { align });
  const starts = new Map<Region, number>();
  let size = 0;
  for (const [region, elements] of Object.entries(plan.sizes)) {
    starts.set(region as Region, size);
    size += elements;
  }
  const floats = new Float32Array(size).fill(Number.NaN); // what is read before it is written shows
  const ints = new Int32Array(floats.buffer);
  const at = (place: Place, count: number, { dtype }: Pick<TensorType, 'dtype'>) => {
    const start = starts.get(place.region)! + place.offset;
    return (dtype === 'int32' ? ints : floats).subarray(start, start + count);
  };
  const tensorOf = (id: number): TensorValue<TensorData> => {
    const node = graph.nodes[id]!;
    return { shape: node.shape, data: at(plan.places[id]!, sizeOf(node.shape), node) };
  };
  for (const { id, value } of graph.nodes) if (value && plan.places[id]) tensorOf(id).data.set(value);
  for (const { name, node } of graph.parameters) tensorOf(node).data.set(parameters[name]!.data);

  const kernels = plan.steps.map((step) => {
    if (step.kind === 'copy') {
      const [from, to] = [step.from, step.to].map((place) => at(place, step.size, { dtype: 'int32' }));
      return () => to!.set(from!);
    }
    const node = graph.nodes[step.node]!;
    const operator = findOperator(node.op);
    const inputs = node.inputs.map(tensorOf);
    const out = tensorOf(node.id);
    if (node.fused) return compileFused({ node, operator, inputs, out, Float: Float32Array });
    return () => operator!.reference(inputs, node.attributes, out);
  });
  return {
    run(inputs) {
      for (const { name, node } of graph.inputs) tensorOf(node).data.set(inputs[name]!.data);
      for (const kernel of kernels) kernel();
      return Object.fromEntries(
        graph.outputs.map(({ name, node }, i) => {
          const { shape } = graph.nodes[node]!;
          return [name, { shape, data: at(plan.outputs[i]!, sizeOf(shape), graph.nodes[node]!).slice() }];
        }),
      );
    },
    read: (name) =>
      tensorOf(graph.parameters.find((parameter) => parameter.name === name)!.node).data.slice(),
  };
}
