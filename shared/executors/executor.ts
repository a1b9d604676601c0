/** What runs a graph. Each executor has a folder of its own, and all are held to one test suite. */
import type { Graph, TensorData, TensorValue } from '../graph/graph.ts';

import type { Quantisation, RangeFinder } from './quantisation.ts';

/** Parameter name → value; Int32Array for those of dtype int32. */
export type Values = ReadonlyMap<string, TensorValue<TensorData>>;
/** Weights: float32 by name. */
export type ParameterValues = ReadonlyMap<string, TensorValue>;

/** `D`: what values come out as; Float64Array only from the reference in float64. */
export interface Executor<D extends TensorData = Float32Array> {
  /** `plain`, `wasm`, `webgpu`, `tensorflow`, `tfjs:webgl`, … */
  readonly name: string;
  /**
   * Takes a graph as traced, or with its gradients and updates; what passes to run over it is the executor's affair.
   * Parameters without a value start as zeros. Throws AppError `unsupported` naming the operator it lacks.
   */
  compile(graph: Graph, parameters: Values, quantisation?: Quantisation): Promise<Program<D>>;
  /**
   * Of executors that heed a `quantisation`: finds its ranges for a graph; null where none of the products is worth computing in whole
   * numbers.
   */
  findRanges?(graph: Graph, parameters: Values): Promise<RangeFinder | null>;
}

/** A compiled graph, and its parameters on the device. Calls must not overlap: await one before the next. */
export interface Program<D extends TensorData = Float32Array> {
  /** Input name → value in; output name → value out (float32). Values out belong to the caller. Applies the graph's updates. */
  run(inputs: Readonly<Record<string, TensorValue<TensorData>>>): Promise<Record<string, TensorValue<D>>>;
  /**
   * Runs `count` times with the updates applied in between, on as few waits for the device as it can. `inputs` holds for each
   * input the values of all runs one after the other ([count, …shape]); so do the outputs. Meant for inputs and
   * outputs that are small: what is large stays in parameters.
   */
  steps(count: number, inputs: Readonly<Record<string, TensorData>>): Promise<Record<string, D>>;
  /** Overwrites parameters, each as a whole. */
  write(values: Values): Promise<void>;
  /** Copies of parameters as they are now. */
  read(names: readonly string[]): Promise<Map<string, TensorValue<TensorData>>>;
  /** Of programs that run in this thread, at once: memory of an input or output, to fill or read around `execute`. */
  view?(name: string): TensorData;
  /** One run, from the inputs' memory to the outputs'. */
  execute?(): void;
  /** Frees what `compile` took. */
  dispose(): void;
}
