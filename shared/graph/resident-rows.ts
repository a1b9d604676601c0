/**
 * A step that takes its batch by itself: inputs of the loss that have a batch axis become rows of data that stays on the
 * device, picked by `order` from place `offset` on. Nothing but scalars then goes to the device from step to step.
 */
import type { Graph, Shape } from './graph.ts';
import { traceGraph } from './ops.ts';
import { replay } from './replay.ts';

/** Parameter that holds the rows of an input. */
export const rowsOf = (input: string): string => `rows/${input}`;
export const ORDER = 'order';
export const OFFSET = 'offset';

/**
 * `rows`: rows held; `orderLength`: places in `order`, of which `offset` … `offset + batch − 1` make the batch. Inputs of
 * shape [] (such as `step`) stay inputs. The parameters `rows/NAME`, `order` (int32) and the input `offset` (int32) are new.
 */
export function withResidentRows(
  graph: Graph,
  { rows, orderLength }: { rows: number; orderLength: number },
): Graph {
  const batched = graph.inputs.filter(({ node }) => graph.nodes[node]!.shape.length > 0);
  const batch = batched.length > 0 ? graph.nodes[batched[0]!.node]!.shape[0]! : 0;
  return traceGraph((tracer) => {
    const order = tracer.parameter(ORDER, [orderLength], 'zeros', { dtype: 'int32', trainable: false });
    const places = tracer.ops.sliceAt(order, tracer.input(OFFSET, [], 'int32'), { size: batch });
    const names = new Set(batched.map(({ name }) => name));
    const refs = replay(tracer, graph, ({ op, attributes, shape, dtype }) => {
      const name = String(attributes.name);
      if (op !== 'input' || !names.has(name)) return undefined;
      const held: Shape = [rows, ...shape.slice(1)];
      return tracer.ops.gather(
        tracer.parameter(rowsOf(name), held, 'zeros', { dtype, trainable: false }),
        places,
      );
    });
    return Object.fromEntries(graph.outputs.map(({ name, node }) => [name, refs[node]!]));
  });
}
