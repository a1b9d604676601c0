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

/** WebGPU promises eight storage buffers, and one is the output. Single numbers go into the kernel's text. */
const MOST_INPUTS = 7;
const MOST_STEPS = 48;
/** Steps that cost about as much as reading their result would. */
const CHEAP = new Set(
  'add subtract multiply maximum minimum negate abs sign floor relu greater equal select'.split(' '),
);
/** Cheap steps may be worked out so many times more than before, where that saves a node of its own. */
const MOST_REPEATED = 2 ** 14; // elements

/** Operators that run a fused body over their result. The first kind gains the most by it, and goes first where both could. */
const CONTRACTIONS: ReadonlySet<string> = new Set([
  'matmul',
  'conv2d',
  'conv2dInputGradient',
  'conv2dKernelGradient',
  'depthwiseConv2d',
  'depthwiseConv2dInputGradient',
  'depthwiseConv2dKernelGradient',
]);
const MOVEMENTS: ReadonlySet<string> = new Set([
  'maxPool2d',
  'maxPool2dGradient',
  'averagePool2d',
  'averagePool2dGradient',
  'resize2d',
  'resize2dGradient',
  'gather',
  'pad',
  'randomUniform',
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
  /** By node: roots of the groups it is a part of. */
  const homes = new Map<number, ReadonlySet<number>>();
  /** By node: roots of the groups that read it; null if anything else does. */
  const reading = new Map<number, ReadonlySet<number> | null>();

  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id]!;
    const roots = isKept.has(id) ? null : union(readers[id]!.map(rootsOfReader));
    reading.set(id, roots);
    const isMember = isElementwise(node) && node.op !== 'fused';
    if (isMember && joins(id, roots)) continue;
    if (!node.fused && roots?.size === 1) leads(id, [...roots][0]!);
    if (isMember) {
      const group = { root: id, members: new Set([id]), producer: null };
      groups.set(id, { group, body: writeBody(graph, group)! });
      homes.set(id, new Set([id]));
    }
  }
  for (const [root, { group, body }] of groups) {
    const isWorthIt = group.members.size > 1 || group.producer !== null || body.readsAroundViews;
    if (!isWorthIt) groups.delete(root);
  }
  return groups;

  function rootsOfReader(reader: number): ReadonlySet<number> | null {
    const roots = viewOf(nodes[reader]!, []) ? reading.get(reader) : homes.get(reader);
    return roots ?? null;
  }

  /** Makes `id` a member of the groups that read it; of more than one only if reading its result would save nothing. */
  function joins(id: number, roots: ReadonlySet<number> | null): boolean {
    if (!roots || roots.size === 0 || (roots.size > 1 && !isFree(id))) return false;
    const entries = [...roots].map((root) => {
      const { group } = groups.get(root)!;
      return entryOf({ ...group, members: new Set([...group.members, id]) });
    });
    if (!entries.every((entry) => entry !== null)) return false;
    for (const entry of entries) groups.set(entry.group.root, entry);
    homes.set(id, roots);
    return true;
  }

  /** Makes `id` the producer of the one group that reads it. */
  function leads(id: number, root: number): void {
    const { op } = nodes[id]!;
    const { group } = groups.get(root)!;
    const isOpen =
      group.producer === null || (CONTRACTIONS.has(op) && MOVEMENTS.has(nodes[group.producer]!.op));
    if (!isOpen || !(CONTRACTIONS.has(op) || MOVEMENTS.has(op))) return;
    const entry = entryOf({ ...group, producer: id });
    if (entry) groups.set(root, entry);
  }

  function entryOf(group: Group): { group: Group; body: Body } | null {
    const body = writeBody(graph, group);
    return body && isAllowed(graph, body) ? { group, body } : null;
  }

  /** A cheap function of a single value that lies in memory in any case, and is as large. */
  function isFree(id: number): boolean {
    const { op, inputs, shape } = nodes[id]!;
    const sources = inputs.filter((input) => nodes[input]!.value?.length !== 1);
    const [source] = sources;
    if (!CHEAP.has(op) || sources.length !== 1 || source === undefined) return false;
    const isStored =
      readers[source]!.length > 1 ||
      !(
        isElementwise(nodes[source]!) ||
        CONTRACTIONS.has(nodes[source]!.op) ||
        MOVEMENTS.has(nodes[source]!.op)
      );
    return isStored && sizeOf(nodes[source]!.shape) === sizeOf(shape);
  }
}

/** Null if any of them is. */
function union(sets: readonly (ReadonlySet<number> | null)[]): ReadonlySet<number> | null {
  const all = new Set<number>();
  for (const set of sets) {
    if (!set) return null;
    for (const element of set) all.add(element);
  }
  return all;
}

function isAllowed({ nodes }: Graph, { inputs, fused, shape, times }: Body): boolean {
  const buffers = inputs.filter((id) => nodes[id]!.value?.length !== 1).length;
  if (buffers > MOST_INPUTS || fused.steps.length > MOST_STEPS) return false;
  return [...times].every(([member, count]) => {
    const { op, shape: before } = nodes[member]!;
    const repeated = count * sizeOf(shape) - sizeOf(before);
    return repeated <= 0 || (count === 1 && CHEAP.has(op) && repeated <= MOST_REPEATED);
  });
}
