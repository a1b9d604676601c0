/**
 * Products of a graph that can be computed in whole numbers, each known by the parameter that its weights come from: a name that no pass
 * over the graph changes, so that ranges that were found once hold for all programs of a model.
 */
import type { Graph, Node } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import type { HoistedGraph } from '../prepare/hoist.ts';

/** Below so many weights, or so many of them in a sum, rounding costs more than it saves. */
const WORTH = { weights: 256, depth: 16 };

/** Node of `main` → name of its weights. */
export function quantisable({ preparation, main }: HoistedGraph): ReadonlyMap<number, string> {
  const origins = new Map(preparation?.outputs.map(({ name, node }) => [name, originOf(preparation, node)]));
  const updated = new Set(main.updates.map(({ parameter }) => parameter));
  const found = new Map<number, string>();
  for (const node of main.nodes) {
    const weights = isProduct(node) ? sourceOf(main, node.inputs[1]!) : undefined;
    if (!weights || updated.has(weights) || !isWorth(main, node)) continue;
    found.set(node.id, origins.get(weights) ?? weights);
  }
  return found;
}

const isProduct = ({ op, attributes }: Node): boolean =>
  op === 'conv2d' || (op === 'matmul' && !attributes.transposeA);

function isWorth({ nodes }: Graph, { shape, inputs }: Node): boolean {
  const [x, weights] = [nodes[inputs[0]!]!, nodes[inputs[1]!]!];
  const columns = shape.at(-1)!;
  const depth = sizeOf(weights.shape) / columns;
  const isOne = weights.shape.length === 2 || x.shape.length === 4; // not a matrix for each of several
  return isOne && depth >= WORTH.depth && depth * columns >= WORTH.weights;
}

/** The parameter that a value is, in whatever shape. */
function sourceOf({ nodes }: Graph, id: number): string | undefined {
  let node = nodes[id]!;
  while (node.op === 'reshape') node = nodes[node.inputs[0]!]!;
  return node.op === 'parameter' ? String(node.attributes.name) : undefined;
}

/** The largest parameter that a value is made of: a kernel, rather than the scales that were folded into it. */
function originOf({ nodes }: Graph, id: number): string | undefined {
  let largest: Node | undefined;
  const seen = new Set<number>();
  const look = (at: number): void => {
    if (seen.has(at)) return;
    seen.add(at);
    const node = nodes[at]!;
    if (node.op === 'parameter' && (!largest || sizeOf(node.shape) > sizeOf(largest.shape))) largest = node;
    node.inputs.forEach(look);
  };
  look(id);
  return largest && String(largest.attributes.name);
}
