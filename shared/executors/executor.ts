/** What runs a graph. Each executor has a folder of its own, and all are held to one test suite. */
import type { Graph, TensorValue } from '../graph/graph.ts';
import type { RunContext } from '../graph/operator.ts';

/** Parameter name → value. */
export type ParameterValues = ReadonlyMap<string, TensorValue>;

export interface Executor {
  /** `plain`, `tfjs:webgpu`, … */
  readonly name: string;
  /** Throws AppError `unsupported` naming the operator it lacks. */
  compile(graph: Graph, parameters: ParameterValues): Promise<Program>;
}

export interface Program {
  /**
   * Input name → value in; output name → value out. Values out belong to the caller. `context` matters to training
   * graphs alone.
   */
  run(
    inputs: Readonly<Record<string, TensorValue>>,
    context?: RunContext,
  ): Promise<Record<string, TensorValue>>;
  /** Frees what `compile` took. */
  dispose(): void;
}
