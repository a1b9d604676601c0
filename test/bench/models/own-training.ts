/** Training a benchmark's model on one of our executors: the step is one graph, its rows lie on the device. */
import type { Executor, Program } from '../../../shared/executors/executor.ts';
import { flatten, WEIGHTS } from '../../../shared/graph/flat-parameters.ts';
import { createRandom, shuffle } from '../../../shared/graph/random.ts';
import { OFFSET, ORDER, rowsOf, withResidentRows } from '../../../shared/graph/resident-rows.ts';
import { trainStep } from '../../../shared/graph/train-step.ts';
import { initParameters } from '../../../shared/model/init-parameters.ts';
import type { BenchModel } from './bench-model.ts';
import type { ExampleRows } from './example-rows.ts';
import { traceForward, traceLoss } from './trace.ts';

export interface OwnTraining {
  program: Program;
  /** Trains for so many steps, and gives the loss of the last. */
  train(steps: number): Promise<number>;
}

export interface OwnTrainingOptions {
  model: BenchModel;
  batch: number;
  rows: ExampleRows;
  /** Of Adam. */
  learningRate: number;
}

/** Epochs whose order is sent at once. */
const LAPS = 64;

export async function startOwnTraining(
  executor: Executor,
  { model, batch, rows, learningRate }: OwnTrainingOptions,
): Promise<OwnTraining> {
  const loss = traceLoss(model, batch);
  const held = { rows: rows.count, orderLength: LAPS * rows.count };
  const step = trainStep(withResidentRows(loss, held), { type: 'adam', learningRate });
  const weights = flatten(step.layout, initParameters(traceForward(model, batch), 1));
  const random = createRandom(11);
  const order = () => {
    const data = new Int32Array(held.orderLength);
    const places = Uint32Array.from({ length: rows.count }, (_, i) => i);
    for (let lap = 0; lap < LAPS; lap++) data.set(shuffle(places, random), lap * rows.count);
    return { shape: [data.length], data };
  };
  const program = await executor.compile(
    step.graph,
    new Map([
      [WEIGHTS, { shape: [step.layout.size], data: weights }],
      [rowsOf('x'), { shape: [rows.count, ...model.inputShape], data: rows.x }],
      [rowsOf('target'), { shape: [rows.count], data: rows.y }],
      [ORDER, order()],
    ]),
  );
  const ordered = Math.floor(held.orderLength / batch); // steps
  let done = 0;
  return {
    program,
    async train(steps) {
      let last = Number.NaN;
      for (const end = done + steps; done < end; ) {
        if (done > 0 && done % ordered === 0) await program.write(new Map([[ORDER, order()]]));
        const first = done;
        const count = Math.min(end - first, ordered - (first % ordered));
        const rate = Float32Array.from({ length: count }, (_, i) => step.scalars(first + i + 1).rate!);
        const offset = Int32Array.from({ length: count }, (_, i) => ((first + i) % ordered) * batch);
        const { loss: losses } = await program.steps(count, { rate, [OFFSET]: offset });
        last = losses!.at(-1)!;
        done += count;
      }
      return last;
    },
  };
}
