/** A loss made into a training step: one graph that goes forward, backward, and moves the weights. */
import { type FlatLayout, layoutOf, WEIGHTS } from './flat-parameters.ts';
import { gradientsOf } from './gradients.ts';
import type { Graph, Node } from './graph.ts';
import type { Ops, TensorRef } from './ops.ts';
import { extendGraph, traceGraph } from './ops.ts';
import { clipByNorm, lengthOf } from './optimizers/clip.ts';
import { type OptimizerSpec, optimizerOf } from './optimizers/list.ts';
import { replay } from './replay.ts';

export interface TrainStep {
  /**
   * Parameters `weights` and the slots, all flat; further inputs are the optimiser's scalars; outputs `loss` and, where it was asked
   * for, `gradientNorm`: the length of the gradient before it is clipped.
   */
  graph: Graph;
  layout: FlatLayout;
  /** Names of the optimiser's slots. */
  slots: readonly string[];
  /** The optimiser's scalars for one step, counted from 1. */
  scalars(step: number): Readonly<Record<string, number>>;
}

export interface TrainStepOptions {
  /** Tell the length of each gradient. */
  gradientNorm?: boolean;
  /** Gradients of several steps are summed up before the weights move: see `SHARE`. */
  accumulates?: boolean;
}

/** Slot that sums gradients up. */
const SUM = 'gradientSum';
/** Input of a step that accumulates: 0 sums up only; else the weights move by the sum times this. */
export const SHARE = 'gradientShare';

/** `lossGraph` has a scalar output `loss`; its trainable parameters become parts of `weights`. */
export function trainStep(
  lossGraph: Graph,
  spec: OptimizerSpec,
  { gradientNorm = false, accumulates = false }: TrainStepOptions = {},
): TrainStep {
  const optimizer = optimizerOf(spec);
  const layout = layoutOf(lossGraph.parameters);
  const own = optimizer.slots(spec);
  const slotNames = accumulates ? [...own, SUM] : own;
  const scalarNames = Object.keys(optimizer.scalars(spec, 1));
  const flat = flattenGraph(lossGraph, layout);
  let gradientNode = 0;
  const graph = extendGraph(flat.graph, (tracer, nodes) => {
    const { ops } = tracer;
    const weights = nodes[flat.weights]!;
    const parts = flat.parts.map((id) => nodes[id]!);
    const loss = nodes[flat.graph.outputs[0]!.node]!;
    const raw = concatenate(ops, layout, gradientsOf(ops, nodes as readonly Node[], loss, parts));
    const slots = Object.fromEntries(
      slotNames.map((name) => [name, tracer.parameter(name, [layout.size], 'zeros', { trainable: false })]),
    );
    const share = accumulates ? tracer.input(SHARE, []) : null;
    const sum = share && ops.add(slots[SUM]!, raw);
    const mean = sum ? ops.multiply(sum, share) : raw;
    const gradient = spec.clipNorm === undefined ? mean : clipByNorm(ops, mean, spec.clipNorm);
    gradientNode = gradient.id;
    const scalars = Object.fromEntries(scalarNames.map((name) => [name, tracer.input(name, [])]));
    const after = optimizer.apply(ops, spec, { weights, slots }, gradient, scalars);
    const moves = share && ops.greater(share, ops.constant(0));
    const update = (before: TensorRef, next: TensorRef) =>
      tracer.update(before, moves ? ops.select(moves, next, before) : next);
    for (const name of own) update(slots[name]!, after.slots[name]!);
    update(weights, after.weights);
    if (moves) tracer.update(slots[SUM]!, ops.select(moves, ops.constant(0), sum!));
    return { loss, ...(gradientNorm && { gradientNorm: lengthOf(ops, raw) }) };
  });
  return {
    // an executor's own kernel of the optimiser moves the weights in every step
    graph: accumulates ? graph : { ...graph, optimizer: { spec, gradient: gradientNode } },
    layout,
    slots: slotNames,
    scalars: (step) => optimizer.scalars(spec, step),
  };
}

/** A graph for the forward pass alone that reads the same flat `weights`. */
export const withFlatWeights = (graph: Graph): Graph => flattenGraph(graph, layoutOf(graph.parameters)).graph;

interface FlatGraph {
  graph: Graph;
  /** Node of `weights`, and of each part of it. */
  weights: number;
  parts: readonly number[];
}

function flattenGraph(graph: Graph, layout: FlatLayout): FlatGraph {
  let weights: TensorRef | undefined;
  const parts = new Map<string, TensorRef>();
  const flat = traceGraph((tracer) => {
    weights = tracer.parameter(WEIGHTS, [layout.size], 'zeros');
    for (const { name, shape, offset, size } of layout.parts) {
      const part = tracer.ops.slice(weights, { begin: [offset], size: [size] });
      parts.set(name, tracer.ops.reshape(part, { shape }));
    }
    const refs = replay(tracer, graph, ({ op, attributes }) =>
      op === 'parameter' ? parts.get(String(attributes.name)) : undefined,
    );
    return Object.fromEntries(graph.outputs.map(({ name, node }) => [name, refs[node]!]));
  });
  return {
    graph: flat,
    weights: weights!.id,
    parts: layout.parts.map(({ name }) => parts.get(name)!.id),
  };
}

/** The gradients of the parts in the layout's order, with zeros for its padding. */
function concatenate(ops: Ops, { parts, size }: FlatLayout, gradients: readonly TensorRef[]): TensorRef {
  const pieces = parts.flatMap((part, i) => {
    const piece = ops.reshape(gradients[i]!, { shape: [part.size] });
    const padding = (parts[i + 1]?.offset ?? size) - part.offset - part.size;
    return padding > 0 ? [piece, ops.constant(new Float32Array(padding), [padding])] : [piece];
  });
  return ops.concat(pieces, { axis: 0 });
}
