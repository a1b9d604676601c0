/** A graph with its memory plan → everything in linear memory: values, operator tables, packed weights. */
import { AppError } from '../../../errors.ts';
import type { Fused, Graph, Node } from '../../../graph/graph.ts';
import { type MemoryPlan, type Place, planMemory, type Region } from '../../../graph/memory-plan.ts';
import { sizeOf } from '../../../graph/operator.ts';
import type { Instance } from '../instance.ts';
import type { Rounding } from '../quantise/rounding.ts';
import { Table } from '../table.ts';
import { lowerFused } from './elementwise.ts';
import { splitEpilogue } from './epilogue.ts';
import { lowerings, WITH_EPILOGUE } from './list.ts';
import { type LowerContext, NO_EPILOGUE } from './lowering.ts';

export interface LoweredGraph {
  /** One run of the graph. */
  table: Table;
  /** What must run after parameters were written, and before the first run. */
  prepare: Table;
  /** Address of what kernels write in for themselves. */
  scratch: number;
  /** Address of a node's value; that of outputs by their place in `graph.outputs`. */
  at(node: number): number;
  outputAt(output: number): number;
  /** Parameters that only the preparation reads. */
  packed: readonly number[];
}

/** `roundings`: by node, of the products that are computed in whole numbers. */
export function lowerGraph(
  instance: Instance,
  graph: Graph,
  roundings: ReadonlyMap<number, Rounding>,
): LoweredGraph {
  const lacking = graph.nodes.find(({ op }) => !LEAVES.has(op) && op !== 'fused' && !lowerings.has(op));
  if (lacking)
    throw new AppError('unsupported', `The wasm executor has no kernel for operator "${lacking.op}"`);
  const plan = planMemory(graph);
  const bases = Object.fromEntries(
    Object.entries(plan.sizes).map(([region, size]) => [region, instance.allocate(size)]),
  ) as Record<Region, number>;
  const addressOf = ({ region, offset }: Place) => bases[region] + offset * 4;
  const at = (id: number) => addressOf(plan.places[id]!);
  for (const { id, op, value } of graph.nodes) {
    if (op !== 'constant' || !plan.places[id]) continue;
    if (value instanceof Int32Array) instance.view(at(id), value.length, 'int32').set(value);
    else if (value) instance.view(at(id), value.length).set(value);
  }

  const table = new Table(instance);
  const prepare = new Table(instance);
  let scratch = 0;
  const isFixed = fixedPlaces(graph, plan);
  const readers = graph.nodes.map(() => 0);
  for (const { inputs } of graph.nodes) for (const id of inputs) readers[id]! += 1;
  for (const { node } of graph.outputs) readers[node]! += 1;
  const context: LowerContext = {
    input: (node, place) => graph.nodes[node.inputs[place]!]!,
    at: ({ id }) => at(id),
    isFixed: ({ id }) => isFixed(plan.places[id]!),
    rounding: ({ id }) => roundings.get(id) ?? null,
    add: (kernel, words) => table.add(kernel, words),
    prepare: (kernel, words) => prepare.add(kernel, words),
    packed: ({ id }) => {
      readers[id]! -= 1;
    },
    allocate: (words) => instance.allocate(words),
    scratch: (words) => {
      scratch = Math.max(scratch, words);
    },
  };
  for (const step of plan.steps) {
    if (step.kind === 'run') lowerNode(context, graph.nodes[step.node]!);
    else table.add('copy', [addressOf(step.to), addressOf(step.from), step.size]);
  }
  const scratchAt = instance.allocate(scratch);
  instance.exports.set_scratch(scratchAt);
  const packed = graph.parameters.map(({ node }) => node).filter((id) => readers[id] === 0);
  const outputAt = (output: number) => addressOf(plan.outputs[output]!);
  return { table, prepare, scratch: scratchAt, at, outputAt, packed };
}

const LEAVES: ReadonlySet<string> = new Set(['input', 'parameter', 'constant']);

function lowerNode(context: LowerContext, node: Node): void {
  if (!node.fused) {
    lowerings.get(node.op)!(context, node, NO_EPILOGUE);
    return;
  }
  let rest: Fused | null = node.fused;
  if (node.op !== 'fused') {
    let epilogue = NO_EPILOGUE;
    if (WITH_EPILOGUE.has(node.op)) ({ epilogue, rest } = splitEpilogue(context, node));
    lowerings.get(node.op)!(context, node, epilogue);
  }
  if (rest) lowerFused(context, node, rest);
}

/** Whether a place belongs to a constant or to a parameter that no run changes. */
function fixedPlaces(graph: Graph, { places }: MemoryPlan): (place: Place) => boolean {
  const updated = new Set(graph.updates.map(({ parameter }) => parameter));
  const fixed = graph.parameters
    .filter(({ name }) => !updated.has(name))
    .map(({ node, shape }) => ({ from: places[node]!.offset, to: places[node]!.offset + sizeOf(shape) }));
  return ({ region, offset }) =>
    region === 'constants' ||
    (region === 'parameters' && fixed.some(({ from, to }) => offset >= from && offset < to));
}
