/** A network ready to answer, on one executor: programs by batch size, powers of two; fewer rows are padded with zeros to the next one. */
import type { Executor, ParameterValues, Program } from '../executors/executor.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type ModelShape, traceAnswer } from '../model/trace-model.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { AnsweringModel } from '../tasks/output-task.ts';

/** Rows in one run of a model; longer requests go through in pieces. */
export const MAX_BATCH = 64;

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
  const programFor = (batch: number) => {
    let program = programs.get(batch);
    if (!program) {
      const graph = trace(batch);
      // a part of a model needs a part of its parameters
      const needed = graph.parameters.map(({ name }) => [name, parameters.get(name)!] as const);
      program = executor.compile(graph, new Map(needed));
      programs.set(batch, program);
    }
    return program;
  };
  await programFor(1); // a model that cannot run here says so now
  return {
    width,
    atOnce: MAX_BATCH,
    async run(rows) {
      const count = rows.length / width;
      const batch = 2 ** Math.ceil(Math.log2(count));
      const data = new Float32Array(batch * width);
      data.set(rows);
      const program = await programFor(batch);
      const { y } = await program.run({ x: { shape: [batch, ...shape.inputShape], data } });
      return y!.data.subarray(0, (count * y!.data.length) / batch) as Float32Array;
    },
    dispose() {
      for (const program of programs.values()) program.then((compiled) => compiled.dispose()).catch(() => {});
      programs.clear();
    },
  };
}
