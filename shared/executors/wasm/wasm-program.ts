/** A graph in linear memory, ready to run: each run is one call into WebAssembly, and so are many steps. */
import { AppError } from '../../errors.ts';
import type { Graph, TensorData, TensorValue } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/operator.ts';
import { checkedSteps, checkedValue, parameterOf } from '../check-values.ts';
import type { Program, Values } from '../executor.ts';
import { Instance } from './instance.ts';
import { lowerGraph } from './lower/lower-graph.ts';
import { type ImageValue, type ProgramImage, segmentsOf } from './program-image.ts';
import type { Rounding } from './quantise/rounding.ts';
import { type PlacedTable, Table } from './table.ts';

export interface WasmProgram extends Program {
  /** Memory of an input or output, to fill or read around `execute`. Ask again after `steps`, which may move it. */
  view(name: string): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  /** One run, at once: from the inputs' memory to the outputs'. */
  execute(): void;
  /** As it lies in memory now; of graphs without updates it is all there is to run it again. */
  image(): ProgramImage;
}

/** Elements set aside for the inputs and outputs of several steps, at most, unless one step needs more. */
const STAGED = 2 ** 18;
/** A call into WebAssembly should end after this time, so that the thread can do other things. */
const CALL_MS = 40;

/** Everything for `steps`, made when it is first called. */
interface Stage {
  table: PlacedTable;
  /** How many steps it holds. */
  capacity: number;
  /** Addresses, in the order of the graph's inputs and outputs. */
  inputs: readonly number[];
  outputs: readonly number[];
  /** What a step took, as seen so far. */
  stepMs: number;
}

/** `graph` as it shall run: after all passes. `roundings`: by node, of the products that are computed in whole numbers. */
export function createProgram(
  module: WebAssembly.Module,
  graph: Graph,
  values: Values,
  roundings: ReadonlyMap<number, Rounding> = new Map(),
): WasmProgram {
  let instance: Instance | undefined = new Instance(module);
  const { table, prepare, scratch, at, outputAt, packed } = lowerGraph(instance, graph, roundings);
  const main = table.place();
  const preparation = prepare.place();
  let stage: Stage | undefined;

  const living = (): Instance => {
    if (!instance) throw new AppError('invalid_request', 'This program was disposed of');
    return instance;
  };
  const call = ({ address, count }: PlacedTable) => living().exports.run(address, count);
  const typeOf = (id: number) => graph.nodes[id]!;
  const viewNode = (id: number, address = at(id), count = 1) =>
    living().view(address, count * sizeOf(typeOf(id).shape), typeOf(id).dtype);
  const write = (given: Values) => {
    const checked = [...given].map(([name, value]) => {
      const { node } = parameterOf(graph, name);
      return { node, data: checkedValue('parameter', name, value, typeOf(node)).data };
    });
    for (const { node, data } of checked) viewNode(node).set(data);
    call(preparation);
  };
  const known = new Set(graph.parameters.map(({ name }) => name));
  write(new Map([...values].filter(([name]) => known.has(name))));

  /** A copy without the weights that no run reads as they came. */
  const withoutPacked = (memory: ArrayBuffer): ArrayBuffer => {
    const copy = memory.slice();
    for (const id of packed) new Float32Array(copy, at(id), sizeOf(typeOf(id).shape)).fill(0);
    return copy;
  };

  const createStage = (): Stage => {
    const words = (ids: readonly { node: number }[]) =>
      ids.reduce((sum, { node }) => sum + sizeOf(typeOf(node).shape), 0);
    const perStep = Math.max(1, words(graph.inputs) + words(graph.outputs));
    const capacity = Math.max(1, Math.min(4096, Math.floor(STAGED / perStep)));
    const room = (node: number) => living().allocate(capacity * sizeOf(typeOf(node).shape));
    const inputs = graph.inputs.map(({ node }) => room(node));
    const outputs = graph.outputs.map(({ node }) => room(node));
    const steps = new Table(living());
    for (const [i, { node }] of graph.inputs.entries()) {
      steps.add('feed', [at(node), inputs[i]!, sizeOf(typeOf(node).shape)]);
    }
    steps.append(table);
    for (const [i, { node }] of graph.outputs.entries()) {
      steps.add('collect', [outputs[i]!, outputAt(i), sizeOf(typeOf(node).shape)]);
    }
    return { table: steps.place(), capacity, inputs, outputs, stepMs: Number.POSITIVE_INFINITY };
  };

  return {
    async run(inputs) {
      const given = graph.inputs.map(({ name, node }) =>
        checkedValue('input', name, inputs[name], typeOf(node)),
      );
      for (const [i, { node }] of graph.inputs.entries()) viewNode(node).set(given[i]!.data);
      call(main);
      return Object.fromEntries(
        graph.outputs.map(({ name, node }, i) => {
          const data = Float32Array.from(viewNode(node, outputAt(i)));
          return [name, { shape: typeOf(node).shape, data }];
        }),
      );
    },

    async steps(count, inputs) {
      const given = graph.inputs.map(({ name, node }) =>
        checkedSteps(name, inputs[name], count, typeOf(node)),
      );
      stage ??= createStage();
      const outputs = graph.outputs.map(({ node }) => new Float32Array(count * sizeOf(typeOf(node).shape)));
      for (let done = 0; done < count; ) {
        if (done > 0) await nextTask();
        const most = Math.max(1, Math.floor(CALL_MS / stage.stepMs));
        const now = Math.min(count - done, stage.capacity, most);
        for (const [i, { node }] of graph.inputs.entries()) {
          const size = sizeOf(typeOf(node).shape);
          viewNode(node, stage.inputs[i]!, now).set(given[i]!.subarray(done * size, (done + now) * size));
        }
        const start = performance.now();
        living().exports.run_steps(stage.table.address, stage.table.count, now);
        stage.stepMs = (performance.now() - start) / now;
        for (const [i, { node }] of graph.outputs.entries()) {
          outputs[i]!.set(viewNode(node, stage.outputs[i]!, now), done * sizeOf(typeOf(node).shape));
        }
        done += now;
      }
      return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, outputs[i]!]));
    },

    async write(given) {
      write(given);
    },

    async read(names) {
      return new Map(
        names.map((name): [string, TensorValue<TensorData>] => {
          const { node, shape } = parameterOf(graph, name);
          return [name, { shape, data: viewNode(node).slice() }];
        }),
      );
    },

    view(name) {
      const input = graph.inputs.find((other) => other.name === name);
      if (input) return viewNode(input.node);
      const place = graph.outputs.findIndex((other) => other.name === name);
      if (place < 0) throw new AppError('invalid_request', `The graph has no input or output "${name}"`);
      return viewNode(graph.outputs[place]!.node, outputAt(place));
    },

    execute() {
      call(main);
    },

    image() {
      const { base, kernels, exports } = living();
      const placed = (node: number, address: number): ImageValue => {
        const { shape, dtype } = typeOf(node);
        return { address, size: sizeOf(shape), dtype };
      };
      return {
        ...{ kernels, table: main, scratch, memory: exports.memory.buffer.byteLength },
        values: Object.fromEntries([
          ...graph.inputs.map(({ name, node }) => [name, placed(node, at(node))]),
          ...graph.outputs.map(({ name, node }, i) => [name, placed(node, outputAt(i))]),
        ]),
        segments: segmentsOf(withoutPacked(exports.memory.buffer), base),
      };
    },

    dispose() {
      instance = undefined;
      stage = undefined;
    },
  };
}

/** Lets the thread's other tasks run; a timer would wait for milliseconds. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
