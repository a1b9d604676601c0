/** Random numbers come from the reference, on the host: TensorFlow.js has no unsigned 32-bit arithmetic on every backend. */
import { AppError } from '../../errors.ts';
import type { Graph, Node, TensorData } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/operator.ts';
import { randomUniform } from '../../graph/operators/random-uniform.ts';

/** From the graph's inputs on the host to the numbers of a `randomUniform` node, whose step must be known there. */
export function drawOnHost(graph: Graph, node: Node): (host: readonly TensorData[]) => TensorData {
  const step = graph.nodes[node.inputs[0]!]!;
  const place = graph.inputs.findIndex((input) => input.node === step.id);
  if (place < 0 && !step.value) {
    throw new AppError(
      'unsupported',
      'TensorFlow.js runs randomUniform only by a step that is an input of the graph',
    );
  }
  const attributes = node.attributes as { shape: readonly number[]; seed: number };
  const out = { shape: node.shape, data: new Float32Array(sizeOf(node.shape)) };
  return (host) => {
    randomUniform.reference([{ shape: [], data: step.value ?? host[place]! }], attributes, out);
    return out.data;
  };
}
