/** A graph as text, one node a line: `%4 = conv2d(%0, %1) {strides: [1, 1], padding: same} : [8, 28, 28, 16]`. */
import type { Attributes, Graph } from './graph.ts';
import { showShape } from './operator.ts';

export function printGraph(graph: Graph): string {
  const lines = graph.nodes.map(({ id, op, inputs, attributes, shape }) => {
    const from = inputs.length > 0 ? `(${inputs.map((input) => `%${input}`).join(', ')})` : '';
    return `%${id} = ${op}${from}${showAttributes(attributes)} : ${showShape(shape)}`;
  });
  const outputs = graph.outputs.map(({ name, node }) => `${name}: %${node}`).join(', ');
  return [...lines, `return {${outputs}}`, ''].join('\n');
}

function showAttributes(attributes: Attributes): string {
  const parts = Object.entries(attributes).map(
    ([key, value]) => `${key}: ${typeof value === 'object' ? showShape(value) : value}`,
  );
  return parts.length > 0 ? ` {${parts.join(', ')}}` : '';
}
