/** Whether training for long leaves anything behind: what the runtime can count, before and after. */
import type { Executor } from '../../../shared/executors/executor.ts';
import { linear } from '../models.ts';

/** Things that this runtime can count: tensors, buffers, bytes. */
export type Meter = () => Promise<Record<string, number>> | Record<string, number>;

export interface Growth {
  /** Once warm, and after all steps. */
  steps: readonly [before: Record<string, number>, after: Record<string, number>];
  /** Once warm, and after some more programs were compiled, run and disposed of. */
  programs: readonly [before: Record<string, number>, after: Record<string, number>];
}

export const STEPS = 10_000;
const CHUNK = 500;
const PROGRAMS = 10;

export async function growthOf(executor: Executor, meter: Meter, count = STEPS): Promise<Growth> {
  const { graph, values, inputs } = linear;
  const given = inputs(CHUNK);
  const one = inputs(1);
  const wholeLife = async () => {
    const program = await executor.compile(graph, values);
    await program.steps(1, one);
    await program.read(['weights']);
    program.dispose();
  };

  await wholeLife();
  const atFirst = await meter();
  for (let i = 0; i < PROGRAMS; i++) await wholeLife();
  const atLast = await meter();

  const program = await executor.compile(graph, values);
  await program.steps(CHUNK, given);
  const before = await meter();
  for (let done = 0; done < count; done += CHUNK) await program.steps(CHUNK, given);
  const after = await meter();
  program.dispose();
  return { steps: [before, after], programs: [atFirst, atLast] };
}
