/**
 * Algebra on single nodes: what computes nothing goes, what can be said with fewer or cheaper nodes is. Each rule keeps every value
 * (NaN and infinities too: x·0 stays), but for the sign of a zero.
 */
import { broadcastShapes } from '../broadcast.ts';
import type { Graph, Node } from '../graph.ts';
import { isElementwise } from '../memory/spans.ts';
import { sameShape } from '../operator.ts';
import { type Rewriter, rewriteGraph } from './rewrite.ts';
import { ARITHMETIC } from './simplify/arithmetic.ts';
import { MOVEMENT } from './simplify/movement.ts';
import { type Rule, uniform } from './simplify/rule.ts';

const RULES: Readonly<Record<string, readonly Rule[]>> = { ...ARITHMETIC, ...MOVEMENT };

export function simplify(graph: Graph): Graph {
  return rewriteGraph(graph, (node, to) => {
    if (!node.fused) {
      for (const rule of RULES[node.op] ?? []) {
        const id = rule(node, to);
        if (id !== null) return id;
      }
      const id = isElementwise(node) ? readUnstretched(node, to) : null;
      if (id !== null) return id;
    }
    return to.keep(node);
  });
}

/** Elementwise operators stretch their inputs themselves where the others fill the shape: a constant to one number. */
function readUnstretched(node: Node, to: Rewriter): number | null {
  const shapes = node.inputs.map((id) => to.nodes[id]!.shape);
  const inputs = [...node.inputs];
  for (const [place, id] of node.inputs.entries()) {
    const input = to.nodes[id]!;
    const number = shapes[place]!.length > 0 ? uniform(input) : null;
    if (input.op !== 'broadcastTo' && number === null) continue;
    const narrow = number === null ? to.nodes[input.inputs[0]!]!.shape : [];
    const others = shapes.map((shape, i) => (i === place ? narrow : shape));
    const filled = others.reduce((a, b) => broadcastShapes(node.op, a, b));
    if (!sameShape(filled, node.shape)) continue;
    shapes[place] = narrow;
    inputs[place] =
      number === null
        ? input.inputs[0]!
        : to.addConstant(Float32Array.of(number), { shape: [], dtype: 'float32' });
  }
  return inputs.every((id, i) => id === node.inputs[i]) ? null : to.add(node.op, inputs, node.attributes);
}
