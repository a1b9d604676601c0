/** Writes the fused body of a group of elementwise nodes: which elements it reads, and the steps over them. */
import type { Fused, Graph, Read, Shape } from '../graph.ts';
import { offsetInInput } from '../memory/spans.ts';
import {
  broadcastView,
  canonical,
  isWhole,
  reshapeView,
  throughAll,
  type View,
  viewOf,
  wholeOf,
} from './views.ts';

/** Elementwise nodes that become one: those of `members`, of which `root` is the last and has the result. */
export interface Group {
  root: number;
  members: ReadonlySet<number>;
  /** A matrix product, convolution … that computes the group as its epilogue. */
  producer: number | null;
}

export interface Body {
  /** Nodes whose elements the body reads, by `Read.input`; behind the inputs of the producer. */
  inputs: readonly number[];
  fused: Fused;
  /** Shape of the node that runs it: the root's, or the producer's with as many elements. */
  shape: Shape;
  /** How many times each member is worked out for one element of the result. */
  times: ReadonlyMap<number, number>;
  /** Whether it reads around a view that would otherwise be a copy. */
  readsAroundViews: boolean;
}

/** Null where strides cannot describe how some value is read. */
export function writeBody({ nodes }: Graph, { root, members, producer }: Group): Body | null {
  const shape = nodes[producer ?? root]!.shape;
  const inputs = producer === null ? [] : [...nodes[producer]!.inputs];
  const reads: Read[] = [];
  const steps: { op: string; args: Value[] }[] = [];
  const values = new Map<string, Value>();
  const times = new Map<number, number>();
  let readsAroundViews = false;

  const remember = (key: string, make: () => Value | null): Value | null => {
    const known = values.get(key);
    if (known) return known;
    const made = make();
    if (made) values.set(key, made);
    return made;
  };
  const isInside = (id: number): boolean =>
    members.has(id) || id === producer || (isView(id) && isInside(nodes[id]!.inputs[0]!));
  const isView = (id: number): boolean => viewOf(nodes[id]!, []) !== null;

  /** A view whose elements would have to be moved, or one of such a view. */
  const isCopy = (id: number): boolean => {
    if (!isView(id)) return false;
    const source = nodes[id]!.inputs[0]!;
    return offsetInInput(nodes[id]!, nodes[source]!) === null || isCopy(source);
  };

  /** The value of node `id` as seen from the result through `views`. */
  const emit = (id: number, views: readonly View[]): Value | null => {
    const node = nodes[id]!;
    const from = throughAll(views, wholeOf(node.shape));
    const walk = from && canonical(from, shape);
    const key = walk && `${id} ${walk.offset} ${walk.strides}`;
    if (id === producer) return walk && isWhole(walk, shape) ? { kind: 'own', index: 0 } : null;
    if (members.has(id)) {
      if (!key) return null;
      return remember(key, () => {
        const args: Value[] = [];
        for (const input of node.inputs) {
          const value = emit(input, [broadcastView(nodes[input]!.shape, node.shape), ...views]);
          if (!value) return null;
          args.push(value);
        }
        times.set(id, (times.get(id) ?? 0) + 1);
        return { kind: 'step', index: steps.push({ op: node.op, args }) - 1 };
      });
    }
    if (isView(id)) {
      const source = node.inputs[0]!;
      const inside = isInside(source);
      if (inside || isCopy(id)) {
        const value = emit(source, [viewOf(node, nodes[source]!.shape)!, ...views]);
        if (value && !inside) readsAroundViews = true;
        if (value || inside) return value;
      }
    }
    if (!walk || !key) return null;
    return remember(key, () => {
      if (!inputs.includes(id)) inputs.push(id);
      return { kind: 'read', index: reads.push({ input: inputs.indexOf(id), ...walk }) - 1 };
    });
  };

  const result = emit(root, producer === null ? [] : [reshapeView(nodes[root]!.shape, shape)]);
  if (!result) return null;
  const ownCount = producer === null ? 0 : 1;
  const numberOf = ({ kind, index }: Value): number =>
    kind === 'own' ? 0 : kind === 'read' ? ownCount + index : ownCount + reads.length + index;
  const fused = { reads, steps: steps.map(({ op, args }) => ({ op, args: args.map(numberOf) })) };
  return { inputs, fused, shape, times, readsAroundViews };
}

interface Value {
  kind: 'own' | 'read' | 'step';
  index: number;
}
