/** A network ready to answer, on one executor. */
import type { Executor, ParameterValues, Program } from '../executors/executor.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type ModelShape, traceAnswer } from '../model/trace-model.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { AnsweringModel } from '../tasks/output-task.ts';

/** Rows in one run, at most, and the sizes that there are programs for. */
const BATCHES = [64, 8, 1] as const;
export const MAX_BATCH = BATCHES[0];

export interface NetworkModel extends AnsweringModel {
  dispose(): void;
}

/** `trace`: what is run of it; by default what answers. */
export async function createNetworkModel(
  executor: Executor,
  { model, shape, task }: { model: ModelSpec; shape: ModelShape; task: OutputSpec['task'] },
  parameters: ParameterValues,
  trace = (batch: number): Graph => traceAnswer(model, { ...shape, batch, task }),
): Promise<NetworkModel> {
  const width = sizeOf(shape.inputShape);
  const programs = new Map<number, Promise<Program>>();
  const compile = (batch: number): Promise<Program> => {
    const graph = trace(batch);
    // a part of a model needs a part of its parameters
    const needed = graph.parameters.map(({ name }) => [name, parameters.get(name)!] as const);
    return executor.compile(graph, new Map(needed));
  };
  const programFor = (batch: number): Promise<Program> => {
    const program = programs.get(batch) ?? compile(batch);
    programs.set(batch, program);
    return program;
  };
  const single = await programFor(1); // a model that cannot run here says so now

  /** One run, filled up with zeros to the next size that there is a program for. */
  async function runAtOnce(rows: Float32Array): Promise<Float32Array> {
    const count = rows.length / width;
    const batch = BATCHES.findLast((size) => size >= count)!;
    const data = new Float32Array(batch * width);
    data.set(rows);
    const { y } = await (await programFor(batch)).run({ x: { shape: [batch, ...shape.inputShape], data } });
    return y!.data.subarray(0, (count * y!.data.length) / batch) as Float32Array;
  }

  return {
    ...{ width, atOnce: MAX_BATCH },
    run: single.execute ? async (rows) => runEach(single, rows, width) : runAtOnce,
    dispose() {
      for (const program of programs.values()) program.then((one) => one.dispose()).catch(() => {});
      programs.clear();
    },
  };
}

/** Programs in this thread's memory gain next to nothing by batches, and each would hold weights of its own. */
function runEach(program: Program, rows: Float32Array, width: number): Float32Array {
  const [x, y] = [program.view!('x'), program.view!('y')];
  const count = rows.length / width;
  const all = new Float32Array(count * y.length);
  for (let row = 0; row < count; row++) {
    x.set(rows.subarray(row * width, (row + 1) * width));
    program.execute!();
    all.set(y, row * y.length);
  }
  return all;
}
