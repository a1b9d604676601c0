/** A traced graph as nodes of ONNX. */
import { AppError } from '../../errors.ts';
import type { ParameterValues } from '../../executors/executor.ts';
import type { BatchedGraph } from './batched-graph.ts';
import { emitters } from './emit/list.ts';
import type { Emitted, Scope } from './scope.ts';

/** The graph's one output. Throws AppError `unsupported`, naming an operator that ONNX lacks. */
export function emitGraph(
  scope: Scope,
  { nodes, outputs: [output] }: BatchedGraph,
  parameters: ParameterValues,
): Emitted {
  const names: string[] = [];
  for (const { id, op, inputs, shape, attributes, value } of nodes) {
    if (op === 'input') names.push(attributes.name as string);
    else if (op === 'parameter') {
      const name = attributes.name as string;
      const { shape, data } = parameters.get(name)!;
      names.push(scope.tensor(name, { shape, data: Float32Array.from(data) }));
    } else if (value) {
      const sizes = shape.map((size) => {
        if (typeof size === 'number') return size;
        throw new AppError('unsupported', 'a constant of this model follows the number of rows');
      });
      names.push(scope.tensor(`constant_${id}`, { shape: sizes, data: value }));
    } else {
      const emit = emitters.get(op);
      if (!emit) throw new AppError('unsupported', `ONNX has no counterpart of the operator "${op}"`);
      const shapes = inputs.map((input) => nodes[input]!.shape);
      const taken = inputs.map((input) => names[input]!);
      names.push(emit({ scope, inputs: taken, shapes, shape, attributes }));
    }
  }
  return { name: names[output!.node]!, shape: nodes[output!.node]!.shape };
}
