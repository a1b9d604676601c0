/**
 * Folds scales and shifts behind a convolution or matrix product, such as batch norm's at inference, into its kernel and a
 * bias: (x ∗ k) · s + t = x ∗ (k · s) + t. What is computed from fixed values here is then computed once, by `hoist`.
 */
import type { Graph, Node } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { removeDeadCode } from '../../../graph/passes/dead-code.ts';
import { type Rewriter, rewriteGraph } from '../../../graph/passes/rewrite.ts';
import { fixedNodes } from './fixed-nodes.ts';

/** A product with what was done to it so far; ids in the new graph, null where there is nothing. */
interface Affine {
  product: Node;
  scale: number | null;
  shift: number | null;
}

export function foldAffine(graph: Graph): Graph {
  const isFixed = fixedNodes(graph);
  const readers = graph.nodes.map(() => 0);
  for (const { inputs } of graph.nodes) for (const id of inputs) readers[id]! += 1;
  for (const { node } of [...graph.outputs, ...graph.updates]) readers[node]! += 1;
  const known = new Map<number, Affine>();

  return removeDeadCode(
    rewriteGraph(graph, (node, to) => {
      const isFixedId = (id: number) => isFixed(to.nodes[id]!, to.nodes);
      if (PRODUCTS.has(node.op) && !node.fused && isFixedId(node.inputs[1]!) && !isFixedId(node.inputs[0]!)) {
        const id = to.keep(node);
        if (canScale(node, to)) known.set(id, { product: node, scale: null, shift: null });
        return id;
      }
      if (!AFFINE.has(node.op)) return to.keep(node);
      const [a, b] = node.inputs as [number, number];
      const commutes = node.op === 'add' || node.op === 'multiply';
      const place = known.has(a) ? 0 : known.has(b) && commutes ? 1 : null;
      if (place === null) return to.keep(node);
      const before = graph.nodes[node.id]!.inputs[place]!;
      const other = node.inputs[1 - place]!;
      const filters = to.nodes[node.inputs[place]!]!.shape.at(-1)!;
      const vector = readers[before] === 1 && isFixedId(other) ? vectorOf(to, other, filters) : null;
      if (vector === null) return to.keep(node);
      const after = extend(known.get(node.inputs[place]!)!, node.op, vector, to);
      const id = write(after, to);
      known.set(id, after);
      return id;
    }),
  );
}

const PRODUCTS: ReadonlySet<string> = new Set(['matmul', 'conv2d', 'depthwiseConv2d']);
const AFFINE: ReadonlySet<string> = new Set(['add', 'subtract', 'multiply', 'divide']);

const canScale = ({ op, inputs }: Node, to: Rewriter): boolean =>
  op !== 'matmul' || to.nodes[inputs[1]!]!.shape.length === 2;

/** The value as one number, or one for each filter; null if it is neither. */
function vectorOf(to: Rewriter, id: number, filters: number): number | null {
  const { shape } = to.nodes[id]!;
  const size = sizeOf(shape);
  if (size === 1) return shape.length === 0 ? id : to.add('reshape', [id], { shape: [] });
  if (size !== filters || shape.at(-1) !== filters) return null;
  return shape.length === 1 ? id : to.add('reshape', [id], { shape: [filters] });
}

/** `op` applied to all of it. */
function extend({ product, scale, shift }: Affine, op: string, vector: number, to: Rewriter): Affine {
  if (op === 'add')
    return { product, scale, shift: shift === null ? vector : to.add('add', [shift, vector]) };
  if (op === 'subtract') {
    return {
      product,
      scale,
      shift: shift === null ? to.add('negate', [vector]) : to.add('subtract', [shift, vector]),
    };
  }
  const one = () => to.addConstant(Float32Array.of(1), { shape: [], dtype: 'float32' });
  const start = scale ?? (op === 'divide' ? one() : null);
  return {
    product,
    scale: start === null ? vector : to.add(op, [start, vector]),
    shift: shift === null ? null : to.add(op, [shift, vector]),
  };
}

function write({ product, scale, shift }: Affine, to: Rewriter): number {
  const { op, attributes, inputs } = product;
  let [x, kernel] = inputs as [number, number];
  if (scale !== null) kernel = to.add('multiply', [kernel, alongKernel(product, kernel, scale, to)]);
  const id = to.add(op, [x, kernel], attributes);
  return shift === null ? id : to.add('add', [id, shift]);
}

/** A scale for each filter, in a shape that broadcasts over the kernel. */
function alongKernel({ op, attributes }: Node, kernel: number, scale: number, to: Rewriter): number {
  if (to.nodes[scale]!.shape.length === 0) return scale;
  const { shape } = to.nodes[kernel]!;
  if (op === 'depthwiseConv2d') return to.add('reshape', [scale], { shape: shape.slice(2) });
  if (attributes.transposeB) return to.add('reshape', [scale], { shape: [shape[0]!, 1] });
  return scale;
}
