/** Computes once what several nodes compute alike: same operator, same inputs, same attributes. */
import type { Graph, Node } from '../graph.ts';
import { rewriteGraph } from './rewrite.ts';

/** Longer constants are told apart by identity, not by content. */
const COMPARED_ELEMENTS = 1024;
const COMMUTATIVE = new Set(['add', 'multiply', 'equal']);

export function shareCommonSubexpressions(graph: Graph): Graph {
  const known = new Map<string, number>();
  const arrays = new Map<NonNullable<Node['value']>, number>();
  const keyOf = ({ op, inputs, attributes, shape, dtype, value, fused }: Node): string => {
    const from = COMMUTATIVE.has(op) ? [...inputs].sort((a, b) => a - b) : inputs;
    let content: unknown = null;
    if (value && value.length <= COMPARED_ELEMENTS) {
      content = [...new Uint32Array(value.buffer, value.byteOffset, value.length)]; // bits: 0 and −0 differ
    } else if (value) {
      if (!arrays.has(value)) arrays.set(value, arrays.size);
      content = { array: arrays.get(value) };
    }
    return JSON.stringify([op, from, Object.entries(attributes).sort(byName), shape, dtype, content, fused]);
  };
  return rewriteGraph(graph, (node, to) => {
    if (node.op === 'input' || node.op === 'parameter') return to.keep(node);
    const key = keyOf(node);
    const same = known.get(key);
    if (same !== undefined) return same;
    const id = to.keep(node);
    known.set(key, id);
    return id;
  });
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
