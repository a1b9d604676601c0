/**
 * A model entry by entry, as far as it goes: what each takes and gives and costs, and what is wrong where it does not fit. For
 * people who put a model together, so that it takes entries that no spec would accept.
 */
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import type { Graph, Shape } from '../graph/graph.ts';
import { type TensorRef, traceGraph } from '../graph/ops.ts';
import { backboneOf } from './backbones/expand-model.ts';
import type { Inputs } from './block.ts';
import { type FeaturePlace, takeFeature } from './feature-slices.ts';
import { costOf, requireSize } from './model-cost.ts';
import { entryName, type LinkedEntry, linkProblems, type Source, sourcesOf } from './model-links.ts';
import { BlockSpec, blockOf } from './model-spec.ts';
import { traceEntries } from './trace-model.ts';

export interface InputShapes {
  /** Shape of one row of features. */
  inputShape: Shape;
  /** The features within such a row. */
  features?: readonly FeaturePlace[];
}

export interface EntryDescription {
  /** Its id, or its name by type and place. */
  id: string;
  type: string;
  /** Names of what it takes: of entries, `feature:COLUMN`, or `x` for all features. */
  inputs: string[];
  /** Of one row of what it gives; null where that cannot be told. */
  shape: Shape | null;
  /** Numbers to be learnt, and those kept beside them, such as moving means. */
  parameters: number;
  /** Multiply-adds of one forward pass for one row. */
  multiplyAdds: number;
  /** What is wrong here; null where nothing is, or where only an entry before is at fault. */
  error: string | null;
}

/** One description for each entry of `model`, in order; never throws for what a person may have written. */
export function describeModel(model: readonly unknown[], shapes: InputShapes): EntryDescription[] {
  const linked = model.map(linkedEntry);
  const problems = linkProblems(linked);
  const given: (Shape | null)[] = [];
  let operators = 0;
  return model.map((entry, place) => {
    const sources = sourcesOf(linked, place);
    const description: EntryDescription = {
      id: entryName(linked[place]!, place),
      type: linked[place]!.type,
      inputs: sources.map((source, i) => sourceName(linked, source, linked[place]!.inputs?.[i])),
      shape: null,
      parameters: 0,
      multiplyAdds: 0,
      error: problems.find((problem) => problem.place === place)?.message ?? null,
    };
    const parsed = BlockSpec.safeParse(entry);
    if (!parsed.success) description.error = z.prettifyError(parsed.error);
    const rows = sources.map((source) => rowOf(source, given, shapes));
    const ready = parsed.success && rows.every((row) => row !== null);
    const unconnected = problems.some((problem) => problem.place === place && problem.path.length > 1);
    if (ready && !unconnected) {
      try {
        const graph = traceEntry(parsed.data, sources, rows, shapes, operators);
        operators += graph.nodes.length;
        const { parameters, multiplyAdds } = costOf(graph);
        const shape = graph.nodes[graph.outputs[0]!.node]!.shape.slice(1);
        Object.assign(description, { shape, parameters, multiplyAdds });
      } catch (error) {
        description.error = messageOf(error);
      }
    }
    given.push(description.shape);
    return description;
  });
}

/** The graph of one entry alone; `before`: operators of the entries before it. */
function traceEntry(
  spec: BlockSpec,
  sources: readonly (Source | undefined)[],
  rows: readonly (Shape | null)[],
  { inputShape, features = [] }: InputShapes,
  before: number,
): Graph {
  return traceGraph((tracer) => {
    const inputs = sources.map((source, i): TensorRef => {
      if (typeof source !== 'object' || !('column' in source)) {
        return tracer.input(`${i}`, [1, ...rows[i]!]);
      }
      return takeFeature(tracer.ops, tracer.input(`${i}`, [1, ...inputShape]), features, source.column);
    });
    const mode = { training: false, step: () => tracer.input('step', [], 'int32'), seed: 0 };
    const { parameter, update } = tracer;
    const y = backboneOf(spec)
      ? traceEntries(tracer, inputs[0]!, [{ ...spec, inputs: undefined }], {}, mode).at(-1)!
      : blockOf(spec).forward(tracer.ops, inputs as unknown as Inputs, spec, { ...mode, parameter, update });
    requireSize({ ...y, id: before + y.id });
    return { y };
  });
}

/** Shape of one row that a source gives; null where an entry before is at fault. A feature is looked up while tracing. */
function rowOf(
  source: Source | undefined,
  given: readonly (Shape | null)[],
  { inputShape }: InputShapes,
): Shape | null {
  if (source === undefined) return null;
  return typeof source === 'object' && 'entry' in source ? given[source.entry]! : inputShape;
}

function sourceName(model: readonly LinkedEntry[], source: Source | undefined, given?: string): string {
  if (given !== undefined) return given;
  if (source === undefined || source === 'x') return 'x';
  return 'entry' in source ? entryName(model[source.entry]!, source.entry) : source.column;
}

/** What can be told of an entry's connections, whatever else is wrong with it. */
function linkedEntry(entry: unknown): LinkedEntry {
  const { type, id, inputs } = typeof entry === 'object' && entry !== null ? (entry as LinkedEntry) : {};
  return {
    type: typeof type === 'string' ? type : 'unknown',
    id: typeof id === 'string' ? id : undefined,
    inputs: Array.isArray(inputs) ? inputs.filter((input) => typeof input === 'string') : undefined,
  };
}
