/**
 * Runs graphs eagerly on whichever backend the given TensorFlow.js has set. Parameters are tensors, uploaded by `compile` and
 * replaced by updates; within a run a tensor is freed as soon as nothing more reads it.
 */
import { AppError } from '../../errors.ts';
import type { Graph, TensorData, TensorType } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/operator.ts';
import { optimize } from '../../graph/passes/optimize.ts';
import { checkedSteps, checkedValue, operatorsOf, parameterOf } from '../check-values.ts';
import type { Executor, Program, Values } from '../executor.ts';
import { drawOnHost } from './draw-on-host.ts';
import type { Tensor, TensorFlow } from './kernels/kernel.ts';
import { findKernel } from './kernels/list.ts';

export function createTfjsExecutor(tf: TensorFlow): Executor {
  return {
    name: `tfjs:${tf.getBackend()}`,
    async compile(graph, values) {
      operatorsOf(graph); // throws for one that is not known
      return compile(tf, optimize(graph, { fuse: false }), values);
    },
  };
}

/** A value on the host for each of the graph's inputs. */
type HostInputs = readonly TensorData[];
/** From the inputs on the host, and the values of the nodes it reads. */
type RunNode = (host: HostInputs, inputs: readonly Tensor[]) => Tensor;

function compile(tf: TensorFlow, graph: Graph, given: Values): Program {
  const runs = runsOf(tf, graph);
  const dying = lastReads(graph);
  const initial = graph.parameters.map((parameter) => {
    const value = given.get(parameter.name);
    return value ? checkedValue('parameter', parameter.name, value, parameter).data : undefined;
  });
  /** Parameters and constants, by node: they outlive runs. */
  const kept = new Map<number, Tensor>();
  const keep = (node: number, tensor: Tensor) => {
    kept.get(node)?.dispose();
    kept.set(node, tf.keep(tensor));
  };
  for (const [i, { node, shape, dtype }] of graph.parameters.entries()) {
    keep(node, initial[i] ? upload(tf, initial[i], { shape, dtype }) : tf.zeros([...shape], dtype));
  }
  for (const node of graph.nodes) if (node.value) keep(node.id, upload(tf, node.value, node));

  /** One run; gives the outputs, which are the caller's to free. */
  const once = (host: HostInputs): Tensor[] => {
    const results = tf.tidy(() => {
      const values: Tensor[] = [];
      for (const [id, tensor] of kept) values[id] = tensor;
      for (const [i, { node }] of graph.inputs.entries())
        values[node] = upload(tf, host[i]!, graph.nodes[node]!);
      for (const { id, inputs } of graph.nodes) {
        const run = runs[id];
        if (!run) continue;
        values[id] = run(
          host,
          inputs.map((input) => values[input]!),
        );
        for (const dead of dying[id]!) values[dead]!.dispose();
      }
      const taken = [...graph.outputs, ...graph.updates];
      return taken.map(({ node }) => tf.clone(values[node]!)); // the same node may be taken twice
    });
    for (const [i, { parameter }] of graph.updates.entries()) {
      keep(parameterOf(graph, parameter).node, results[graph.outputs.length + i]!);
    }
    return results.slice(0, graph.outputs.length);
  };

  return {
    async run(inputs) {
      const host = graph.inputs.map(
        ({ name, node }) => checkedValue('input', name, inputs[name], graph.nodes[node]!).data,
      );
      const outputs = await readAndFree(once(host));
      return Object.fromEntries(
        graph.outputs.map(({ name, node }, i) => [
          name,
          { shape: graph.nodes[node]!.shape, data: outputs[i]! },
        ]),
      );
    },
    async steps(count, inputs) {
      const all = graph.inputs.map(({ name, node }) =>
        checkedSteps(name, inputs[name], count, graph.nodes[node]!),
      );
      const sizes = graph.inputs.map(({ node }) => sizeOf(graph.nodes[node]!.shape));
      const outputs: Tensor[][] = graph.outputs.map(() => []);
      try {
        for (let step = 0; step < count; step++) {
          const host = all.map((data, i) => data.subarray(step * sizes[i]!, (step + 1) * sizes[i]!));
          for (const [i, tensor] of once(host).entries()) outputs[i]!.push(tensor);
        }
        const joined = outputs.map((tensors) => (count > 0 ? tf.stack(tensors) : tf.tensor([])));
        const data = await readAndFree(joined);
        return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, data[i]!]));
      } finally {
        tf.dispose(outputs);
      }
    },
    async write(values) {
      const checked = [...values].map(([name, value]) => {
        const { node, shape, dtype } = parameterOf(graph, name);
        return { node, data: checkedValue('parameter', name, value, { shape, dtype }).data };
      });
      for (const { node, data } of checked) keep(node, upload(tf, data, graph.nodes[node]!));
    },
    async read(names) {
      const nodes = names.map((name) => graph.nodes[parameterOf(graph, name).node]!);
      const data = await Promise.all(nodes.map(({ id }) => kept.get(id)!.data()));
      return new Map(
        nodes.map(({ shape, dtype }, i) => [names[i]!, { shape, data: copyOf(data[i]!, dtype) }]),
      );
    },
    dispose() {
      for (const tensor of kept.values()) tensor.dispose();
      kept.clear();
    },
  };
}

/** By node; undefined where there is nothing to run. Throws for what this executor lacks. */
function runsOf(tf: TensorFlow, graph: Graph): (RunNode | undefined)[] {
  const operators = operatorsOf(graph);
  return graph.nodes.map((node): RunNode | undefined => {
    if (node.fused) throw lacks(`${node.op} with a chain fused into it`);
    if (!operators[node.id]) return undefined;
    if (node.op === 'randomUniform') {
      const draw = drawOnHost(graph, node);
      return (host) => upload(tf, draw(host), node);
    }
    if (sizeOf(node.shape) === 0) return () => tf.zeros([...node.shape], node.dtype);
    const kernel = findKernel(node.op);
    if (!kernel) throw lacks(`operator "${node.op}"`);
    return (_, inputs) => kernel(tf, inputs, node.attributes, node);
  });

  function lacks(what: string): AppError {
    return new AppError(
      'unsupported',
      `TensorFlow.js on its backend "${tf.getBackend()}" does not run ${what}`,
    );
  }
}

/** For each node, the ones whose last reader it is and that end with the run. */
function lastReads({ nodes, outputs, updates }: Graph): number[][] {
  const lasting = new Set([...outputs, ...updates].map(({ node }) => node));
  const last = new Map<number, number>();
  for (const { id, inputs } of nodes) for (const input of [...inputs, id]) last.set(input, id);
  const dying = nodes.map((): number[] => []);
  for (const [node, reader] of last) {
    const { op } = nodes[node]!;
    if (op !== 'parameter' && op !== 'constant' && !lasting.has(node)) dying[reader]!.push(node);
  }
  return dying;
}

/** Always a copy: the CPU backend goes on using the array that it is given. */
function upload(tf: TensorFlow, data: TensorData, { shape, dtype }: TensorType): Tensor {
  return tf.tensor(copyOf(data, dtype), [...shape], dtype);
}

/** Synchronous reads would kill a WebGPU device; and the CPU backend hands out its own buffer, hence the copy. */
async function readAndFree(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  try {
    const data = await Promise.all(tensors.map((tensor) => tensor.data()));
    return data.map((values) => Float32Array.from(values));
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}

const copyOf = (data: ArrayLike<number>, dtype: TensorType['dtype']): Float32Array | Int32Array =>
  dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data);
