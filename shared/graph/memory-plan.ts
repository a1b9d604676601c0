/**
 * Where every value of a graph lies, decided before its first run. What is a stretch of another value lies in it, what becomes
 * part of a larger one is computed there, updates are written over the old value where nothing can still read it, and
 * temporaries use the same memory one after another.
 */
import type { Graph } from './graph.ts';
import { allocate, type Block } from './memory/allocate.ts';
import { isBlock, isElementwise, offsetInInput, type ReadSpan, readsOf, type Span } from './memory/spans.ts';
import { Storage } from './memory/storage.ts';
import { sizeOf } from './operator.ts';
import { reachable } from './passes/dead-code.ts';

/** Parameters outlive runs; the others are rewritten by each, temporaries by one another. */
export type Region = 'parameters' | 'constants' | 'inputs' | 'outputs' | 'temporaries';

/** In elements of 4 bytes; values are row-major and contiguous. */
export interface Place {
  region: Region;
  offset: number;
}

export type PlanStep = { kind: 'run'; node: number } | { kind: 'copy'; from: Place; to: Place; size: number };

export interface MemoryPlan {
  /** By node; null for one that nothing reads. Inputs and parameters always have one. */
  places: readonly (Place | null)[];
  /** Of `graph.outputs`, in order: where each is after a run. */
  outputs: readonly Place[];
  sizes: Readonly<Record<Region, number>>;
  /** What to do, in order. Aliases are in none of them. An elementwise node may lie where one of its inputs lay. */
  steps: readonly PlanStep[];
}

/** A step while slots have no place yet; `node` in its spans is a slot. */
interface Action {
  /** The node it runs; a copy if null. */
  run: number | null;
  reads: readonly ReadSpan[];
  write: Span;
}

/** `align`: values begin at multiples of so many elements, unless they are a part of another. */
export function planMemory(graph: Graph, { align = 4 }: { align?: number } = {}): MemoryPlan {
  const { nodes } = graph;
  const live = reachable(graph);
  const storage = new Storage();
  for (const node of nodes) storage.add(sizeOf(node.shape));

  const updates = [...new Map(graph.updates.map((update) => [update.parameter, update])).values()].map(
    (update) => ({
      parameter: graph.parameters.find(({ name }) => name === update.parameter)!.node,
      value: update.node,
    }),
  );

  const actions = shareStorage(graph, live, storage);
  /** Parameter of which `slot` is (a stretch of) the old value, if any. Asked before updates are bound. */
  const oldValues = nodes.map(({ id }) => {
    const { root } = storage.locate(id);
    return nodes[root]!.op === 'parameter' ? root : null;
  });

  const copied = updates.filter(({ parameter, value }) => {
    if (storage.wholeRoot(value) === parameter && oldValues[value] === parameter) return false; // stays as it is
    const root = storage.wholeRoot(value);
    const readAtEnd = updates.some(
      (other) => other.parameter !== parameter && oldValues[other.value] === parameter,
    );
    if (
      root === null ||
      isLeaf(nodes[root]!.op) ||
      readAtEnd ||
      overwritesTooEarly(actions, storage, root, parameter)
    )
      return true;
    storage.bind(root, parameter, 0);
    return false;
  });

  const before: Action[] = [];
  const after: Action[] = [];
  const rooms = new Map<number, number>(); // node → slot of the output
  for (const { node } of graph.outputs) {
    if (rooms.has(node)) continue;
    const room = storage.add(storage.sizes[node]!);
    rooms.set(node, room);
    const root = storage.wholeRoot(node);
    const isFree = root !== null && root < nodes.length && !isLeaf(nodes[root]!.op);
    if (isFree) storage.bind(root, room, 0);
    else (oldValues[node] === null ? after : before).push(copyAction(storage, node, room, 0));
  }
  const changed = new Set(updates.map(({ parameter }) => parameter));
  const last: Action[] = [];
  for (const { parameter, value } of copied) {
    let from = value;
    const old = oldValues[value] ?? null;
    if (old !== null && changed.has(old)) {
      from = storage.add(storage.sizes[value]!); // saved before any copy can change it
      after.push(copyAction(storage, value, from, 0));
    }
    last.push(copyAction(storage, from, parameter, 0));
  }

  const all = [...before, ...actions, ...after, ...last];
  overwriteDyingInputs(graph, all, storage, new Set(rooms.values()));
  return placeAll(graph, live, storage, all, rooms, align);
}

const isLeaf = (op: string | undefined): boolean => op === 'parameter' || op === 'input' || op === 'constant';

const copyAction = (storage: Storage, from: number, to: number, offset: number): Action => {
  const size = storage.sizes[from]!;
  return {
    run: null,
    reads: [{ node: from, offset: 0, size, aligned: true }],
    write: { node: to, offset, size },
  };
};

/** Binds views to what they view and parts to the block they are part of; returns what is left to do. */
function shareStorage(graph: Graph, live: readonly boolean[], storage: Storage): Action[] {
  const { nodes } = graph;
  const actions: Action[] = [];
  for (const node of nodes) {
    if (!live[node.id] || isLeaf(node.op)) continue;
    const size = storage.sizes[node.id]!;
    const offset = node.inputs.length > 0 ? offsetInInput(node, nodes[node.inputs[0]!]!) : null;
    if (offset !== null) {
      storage.bind(node.id, node.inputs[0]!, offset);
    } else if (isBlock(node)) {
      let at = 0;
      for (const part of node.inputs) {
        const root = storage.wholeRoot(part);
        if (root !== null && !isLeaf(nodes[root]!.op) && root !== node.id) storage.bind(root, node.id, at);
        else actions.push(copyAction(storage, part, node.id, at));
        at += storage.sizes[part]!;
      }
    } else {
      actions.push({
        run: node.id,
        reads: readsOf(node, nodes),
        write: { node: node.id, offset: 0, size },
      });
    }
  }
  return actions;
}

/** Start and end of a span in its root. */
function rangeOf(storage: Storage, span: Span): { root: number; start: number; end: number } {
  const { root, offset } = storage.locate(span.node);
  return { root, start: offset + span.offset, end: offset + span.offset + span.size };
}

/** Would computing `root` right in the place of `parameter` spoil an old element that is still to be read? */
function overwritesTooEarly(
  actions: readonly Action[],
  storage: Storage,
  root: number,
  parameter: number,
): boolean {
  const writes: { start: number; end: number }[] = [];
  for (const { reads, write } of actions) {
    const to = rangeOf(storage, write);
    if (to.root === root) writes.push(to);
    for (const read of reads) {
      const from = rangeOf(storage, read);
      if (from.root !== parameter) continue;
      const isSpoilt = writes.some(
        (written) =>
          from.start < written.end &&
          written.start < from.end &&
          !(written === to && read.aligned && from.start === to.start),
      );
      if (isSpoilt) return true;
    }
  }
  return false;
}

/** Lets elementwise nodes write over an input of the same size that nothing reads any more. */
function overwriteDyingInputs(
  graph: Graph,
  actions: readonly Action[],
  storage: Storage,
  rooms: ReadonlySet<number>,
): void {
  const lastUse = new Map<number, number>();
  for (const [time, { reads, write }] of actions.entries()) {
    for (const span of [...reads, write]) lastUse.set(storage.locate(span.node).root, time);
  }
  for (const [time, { run, reads }] of actions.entries()) {
    if (run === null || !isElementwise(graph.nodes[run]!) || storage.locate(run).root !== run) continue;
    const ranges = reads.map((read) => ({ ...rangeOf(storage, read), aligned: read.aligned }));
    const over = ranges.find(
      ({ root }) =>
        !isLeaf(graph.nodes[root]?.op) &&
        !rooms.has(root) &&
        lastUse.get(root) === time &&
        storage.sizes[root] === storage.sizes[run] &&
        ranges.every((other) => other.root !== root || (other.aligned && other.start === 0)),
    );
    if (!over) continue;
    storage.bind(run, over.root, 0);
    lastUse.set(over.root, lastUse.get(run)!);
  }
}

/** Gives every root its place, and with it everything that lies in one. */
function placeAll(
  graph: Graph,
  live: readonly boolean[],
  storage: Storage,
  actions: readonly Action[],
  rooms: ReadonlyMap<number, number>,
  align: number,
): MemoryPlan {
  const { nodes } = graph;
  const up = (n: number) => Math.ceil(n / align) * align;
  const sizes: Record<Region, number> = {
    parameters: 0,
    constants: 0,
    inputs: 0,
    outputs: 0,
    temporaries: 0,
  };
  const placeOfRoot = new Map<number, Place>();
  const append = (region: Region, root: number) => {
    placeOfRoot.set(root, { region, offset: sizes[region] });
    sizes[region] += up(storage.sizes[root]!);
  };
  for (const { node } of graph.parameters) append('parameters', node);
  for (const { node } of graph.inputs) append('inputs', node);
  for (const room of rooms.values()) append('outputs', room);
  for (const { id, op } of nodes) if (live[id] && op === 'constant') append('constants', id);

  const blocks = new Map<number, Block>();
  for (const [time, { reads, write }] of actions.entries()) {
    for (const { node } of [...reads, write]) {
      const { root } = storage.locate(node);
      if (placeOfRoot.has(root)) continue;
      const block = blocks.get(root);
      if (block) block.to = time;
      else blocks.set(root, { size: storage.sizes[root]!, from: time, to: time });
    }
  }
  const { offsets, size } = allocate([...blocks.values()], align);
  sizes.temporaries = size;
  for (const [i, root] of [...blocks.keys()].entries()) {
    placeOfRoot.set(root, { region: 'temporaries', offset: offsets[i]! });
  }

  const placeOf = (slot: number, within = 0): Place => {
    const { root, offset } = storage.locate(slot);
    const place = placeOfRoot.get(root)!;
    return { region: place.region, offset: place.offset + offset + within };
  };
  const steps = actions.flatMap(({ run, reads, write }): PlanStep[] => {
    if (run !== null) return [{ kind: 'run', node: run }];
    const from = placeOf(reads[0]!.node);
    const to = placeOf(write.node, write.offset);
    const isThere = from.region === to.region && from.offset === to.offset;
    return isThere || write.size === 0 ? [] : [{ kind: 'copy', from, to, size: write.size }];
  });
  const isPlaced = (id: number) => live[id] || nodes[id]!.op === 'parameter' || nodes[id]!.op === 'input';
  return {
    places: nodes.map(({ id }) => (isPlaced(id) ? placeOf(id) : null)),
    outputs: graph.outputs.map(({ node }) => placeOf(rooms.get(node)!)),
    sizes,
    steps,
  };
}
