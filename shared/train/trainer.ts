/**
 * The part of a training that lives on the device: the step's program with weights, slots and rows, and the model's program for
 * evaluating. Everything here belongs to the trainer and is freed by its `dispose`.
 */
import type { Executor, Program, Values } from '../executors/executor.ts';
import type { TensorData, TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { StepsTold } from './curves.ts';
import { createFeed, type Holding } from './feed-rows.ts';
import type { Rows } from './prepare-rows.ts';
import type { TrainingGraphs } from './training-graphs.ts';

export interface TrainerOptions {
  executor: Executor;
  /** `graphs.step`, compiled by it; freed here, also when this fails. */
  program: Program;
  graphs: TrainingGraphs;
  train: Rows;
  holding: Holding;
  batch: number;
}

export type Trainer = Awaited<ReturnType<typeof createTrainer>>;

export async function createTrainer({ executor, program, graphs, train, holding, batch }: TrainerOptions) {
  const { model, initial } = graphs;
  const saved = [...initial.keys()];
  const { feed, evaluation } = await setUp().catch((error) => {
    program.dispose();
    throw error;
  });
  const evaluationInputs = graphs.evaluate.inputs.map(({ name, node }) => ({
    name,
    shape: graphs.evaluate.nodes[node]!.shape,
  }));
  let best: Values | null = null;

  async function setUp() {
    await program.write(initial);
    const feed = await createFeed({ program, graph: graphs.step.graph }, train, holding, batch);
    const first: Values = new Map(model.map((name) => [name, initial.get(name)!]));
    return { feed, evaluation: await executor.compile(graphs.evaluate, first) };
  }

  return {
    /** Begins an epoch with its rows in this order (`epochOrder`). */
    begin: feed.begin,

    /**
     * Up to `atMost` steps of the optimiser, from step `at` of the epoch and step `first` of the whole, and what they tell. The
     * learning rate is multiplied by `rate`.
     */
    async steps(at: number, first: number, atMost: number, rate: number): Promise<StepsTold> {
      const { offset, steps } = await feed.seek(at);
      const count = Math.min(steps, atMost);
      const { loss, gradientNorm } = await program.steps(count, graphs.inputs(first, count, offset, rate));
      return { loss: loss!, gradientNorm: gradientNorm! };
    },

    /** Takes the weights as they are now for `predict`, and returns them. */
    async snapshot(): Promise<Values> {
      const values = await program.read(model);
      await evaluation.write(values);
      return values;
    },

    /** What the evaluation of the last snapshot gives for every row, one piece at a time: row-major. */
    async *predict({
      count,
      features,
      target,
    }: Pick<Rows, 'count' | 'features' | 'target'>): AsyncGenerator<Float32Array> {
      const given: Record<string, TensorData> = { x: features.data, ...(target && { target: target.data }) };
      const [batch = 1] = evaluationInputs[0]!.shape;
      for (let start = 0; start < count; start += batch) {
        const rows = Math.min(batch, count - start);
        const piece = evaluationInputs.map(({ name, shape }) => {
          const width = sizeOf(shape.slice(1));
          const of = given[name]!.subarray(start * width, (start + rows) * width);
          const data =
            of instanceof Int32Array ? new Int32Array(batch * width) : new Float32Array(batch * width);
          data.set(of);
          return [name, { shape, data }] as const;
        });
        const { y } = await evaluation.run(Object.fromEntries(piece));
        yield (y!.data as Float32Array).subarray(0, (rows * y!.data.length) / batch);
      }
    },

    /** Remembers a snapshot as the best so far. */
    keepBest(values: Values) {
      best = values;
    },

    /** Makes the best snapshot, if one is kept, the model. */
    async useBest() {
      if (!best) return;
      await program.write(best);
      await evaluation.write(best);
    },

    /** The model's parameters by their own names. */
    readParameters: async () => graphs.parametersOf(await program.read(model)),

    /** Weights and slots, then the best weights if they are kept. */
    async save(): Promise<Float32Array[]> {
      const values = await program.read(saved);
      const kept = best ? model.map((name) => best!.get(name)!) : [];
      return [...saved.map((name) => values.get(name)!), ...kept].map(({ data }) => data as Float32Array);
    },

    /** What is learnt, one vector after the other: the weights, then statistics. */
    async readLearnt(): Promise<Float32Array> {
      const values = await program.read(graphs.learnt);
      const parts = graphs.learnt.map((name) => values.get(name)!.data);
      if (parts.length === 1) return parts[0] as Float32Array;
      const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
      let end = 0;
      for (const part of parts) {
        joined.set(part, end);
        end += part.length;
      }
      return joined;
    },

    /** Goes on from what `readLearnt` gave, here or elsewhere. */
    async writeLearnt(vector: Float32Array): Promise<void> {
      let end = 0;
      const values = graphs.learnt.map((name) => {
        const { shape } = initial.get(name)!;
        end += sizeOf(shape);
        return [name, { shape, data: vector.subarray(end - sizeOf(shape), end) }] as const;
      });
      await program.write(new Map(values));
    },

    /** Takes back what `save` gave, the best weights where they are wanted; says whether it has those. */
    async restore(tensors: readonly Float32Array[], wantsBest: boolean): Promise<boolean> {
      const named = (names: readonly string[], from: number): Map<string, TensorValue<TensorData>> =>
        new Map(
          names.map((name, i) => [name, { shape: initial.get(name)!.shape, data: tensors[from + i]! }]),
        );
      await program.write(named(saved, 0));
      best = wantsBest && tensors.length > saved.length ? named(model, saved.length) : null;
      return best !== null;
    },

    dispose() {
      evaluation.dispose();
      program.dispose();
    },
  };
}
