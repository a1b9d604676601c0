/** The losses of a model's training, step by step. */
import type { Executor } from '../../../shared/executors/executor.ts';
import type { TensorData } from '../../../shared/graph/graph.ts';
import { trainings } from '../models.ts';

export const STEPS = 100;

export async function lossesOf(executor: Executor<TensorData>, name: string): Promise<number[]> {
  const { graph, values, inputs } = trainings.find((training) => training.name === name)!;
  const program = await executor.compile(graph, values);
  try {
    const { loss } = await program.steps(STEPS, inputs(STEPS));
    return Array.from(loss!);
  } finally {
    program.dispose();
  }
}
