/**
 * Joins elementwise nodes into one `fused` node, or into the matrix product or convolution before them, so that what lies
 * between them never goes through memory. Transposed, sliced and stretched inputs are read where they lie.
 */
import type { Graph } from '../graph.ts';
import { isElementwise } from '../memory/spans.ts';
import { sizeOf } from '../operator.ts';
import { removeDeadCode } from './dead-code.ts';
import { type Body, type Group, writeBody } from './fused-body.ts';
import { rewriteGraph } from './rewrite.ts';
import { viewOf } from './views.ts';

/** WebGPU promises eight storage buffers, and one is the output. */
const MOST_INPUTS = 7;
const MOST_STEPS = 48;
/** Steps that cost about as much as reading their result would. */
const CHEAP = new Set(
  'add subtract multiply maximum minimum negate abs sign floor relu greater equal select'.split(' '),
);
/** Cheap steps may be worked out so many times more than before, where that saves a node of its own. */
const MOST_REPEATED = 2 ** 14; // elements

/** Operators that can run a fused body over their result. */
export const PRODUCERS: ReadonlySet<string> = new Set([
  'matmul',
  'conv2d',
  'conv2dInputGradient',
  'conv2dKernelGradient',
  'depthwiseConv2d',
  'depthwiseConv2dInputGradient',
  'depthwiseConv2dKernelGradient',
]);

export function fuseElementwise(graph: Graph): Graph {
  const bodies = planGroups(graph);
  const inner = new Set<number>();
  for (const { group } of bodies.values()) {
    for (const member of group.members) if (member !== group.root) inner.add(member);
    if (group.producer !== null) inner.add(group.producer);
  }
  const ids: (number | null)[] = [];
  const rewritten = rewriteGraph(graph, (node, to) => {
    const entry = bodies.get(node.id);
    let id: number | null = null;
    if (entry) {
      const { body, group } = entry;
      const { op, attributes } = group.producer === null ? FUSED : graph.nodes[group.producer]!;
      const inputs = body.inputs.map((input) => ids[input]!);
      id = to.addFused(op, inputs, attributes, body.shape, body.fused);
      if (group.producer !== null && body.shape.join() !== node.shape.join()) {
        id = to.add('reshape', [id], { shape: node.shape });
      }
    } else if (!inner.has(node.id) && graph.nodes[node.id]!.inputs.every((input) => ids[input] !== null)) {
      id = to.keep(node);
    }
    ids.push(id);
    return id;
  });
  return removeDeadCode(rewritten);
}

const FUSED = { op: 'fused', attributes: {} };

/** Bodies by root, of the groups that gain from being one node. */
function planGroups(graph: Graph): Map<number, { group: Group; body: Body }> {
  const { nodes } = graph;
  const readers = nodes.map((): number[] => []);
  for (const { id, inputs } of nodes) for (const input of inputs) readers[input]!.push(id);
  const isKept = new Set([...graph.outputs, ...graph.updates].map(({ node }) => node));
  if (graph.optimizer) isKept.add(graph.optimizer.gradient);

  const groups = new Map<number, { group: Group; body: Body }>();
  /** By node: root of the group it is a part of. */
  const homes = new Map<number, number>();
  /** By node: the one group that reads it, if nothing else does. */
  const onlyReader = new Map<number, number | null>();

  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id]!;
    const isMember = isElementwise(node) && node.op !== 'fused';
    const readBy = new Set(
      readers[id]!.map((reader) =>
        viewOf(nodes[reader]!, []) ? (onlyReader.get(reader) ?? null) : (homes.get(reader) ?? null),
      ),
    );
    const [only] = readBy;
    const root = readBy.size === 1 && !isKept.has(id) ? only! : null;
    onlyReader.set(id, root);
    if (root !== null) {
      const { group } = groups.get(root)!;
      if (isMember && tryGroup({ ...group, members: new Set([...group.members, id]) })) continue;
      if (group.producer === null && PRODUCERS.has(node.op) && !node.fused)
        tryGroup({ ...group, producer: id });
    }
    if (isMember) tryGroup({ root: id, members: new Set([id]), producer: null });
  }
  for (const [root, { group, body }] of groups) {
    const isWorthIt = group.members.size > 1 || group.producer !== null || body.readsAroundViews;
    if (!isWorthIt) groups.delete(root);
  }
  return groups;

  function tryGroup(group: Group): boolean {
    const body = writeBody(graph, group);
    if (!body || !isAllowed(graph, group, body)) return false;
    groups.set(group.root, { group, body });
    for (const member of group.members) homes.set(member, group.root);
    return true;
  }
}

function isAllowed({ nodes }: Graph, group: Group, { inputs, fused, shape, times }: Body): boolean {
  if (group.members.size === 1 && group.producer === null) return true;
  if (inputs.length > MOST_INPUTS || fused.steps.length > MOST_STEPS) return false;
  return [...times].every(([member, count]) => {
    const { op, shape: before } = nodes[member]!;
    const repeated = count * sizeOf(shape) - sizeOf(before);
    return repeated <= 0 || (count === 1 && CHEAP.has(op) && repeated <= MOST_REPEATED);
  });
}
