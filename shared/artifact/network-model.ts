/** A network ready to answer, on one executor: a program for each of a few batch sizes, into which a request's rows are dealt. */
import type { Executor, ParameterValues, Program } from '../executors/executor.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type ModelShape, traceAnswer } from '../model/trace-model.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { AnsweringModel } from '../tasks/output-task.ts';

/** Rows in one run of a program. Each program has weights of its own in memory, so they are few. */
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
  const rowShape = shape.inputShape;
  const compiling = new Map<number, Promise<Program>>();
  const ready = new Map<number, Program>();
  const compile = async (batch: number): Promise<Program> => {
    const graph = trace(batch);
    // a part of a model needs a part of its parameters
    const needed = graph.parameters.map(({ name }) => [name, parameters.get(name)!] as const);
    const program = await executor.compile(graph, new Map(needed));
    ready.set(batch, program);
    return program;
  };
  const programFor = (batch: number): Promise<Program> => {
    const program = compiling.get(batch) ?? compile(batch);
    compiling.set(batch, program);
    return program;
  };
  const { execute } = await programFor(1); // a model that cannot run here says so now
  const deal = execute ? dealExactly : dealPadded;

  return {
    ...{ width, atOnce: MAX_BATCH },
    async run(rows) {
      const pieces: Float32Array[] = [];
      for (const { start, count, batch } of deal(rows.length / width)) {
        const data = new Float32Array(batch * width);
        data.set(rows.subarray(start * width, (start + count) * width));
        const program = await programFor(batch);
        const { y } = await program.run({ x: { shape: [batch, ...rowShape], data } });
        pieces.push(y!.data.subarray(0, (count * y!.data.length) / batch) as Float32Array);
      }
      return joinFloats(pieces);
    },
    ...(execute && {
      runNow(rows) {
        const pieces: Float32Array[] = [];
        for (const { start, batch } of dealExactly(rows.length / width)) {
          const program = ready.get(batch);
          if (!program) return null;
          program.view!('x').set(rows.subarray(start * width, (start + batch) * width));
          program.execute!();
          pieces.push(program.view!('y').slice() as Float32Array);
        }
        return joinFloats(pieces);
      },
    }),
    dispose() {
      for (const program of compiling.values()) program.then((one) => one.dispose()).catch(() => {});
      compiling.clear();
      ready.clear();
    },
  };
}

/** A run: `count` rows from `start`, in a program for `batch`. */
interface Piece {
  start: number;
  count: number;
  batch: number;
}

/** Where a run costs what its rows do: as many of the largest size as fit, then of the next. */
function dealExactly(rows: number): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < rows; ) {
    const batch = BATCHES.find((size) => size <= rows - start)!;
    pieces.push({ start, count: batch, batch });
    start += batch;
  }
  return pieces;
}

/** Where every run has a price of its own: one, filled up with zeros. */
const dealPadded = (rows: number): Piece[] => [
  { start: 0, count: rows, batch: BATCHES.findLast((size) => size >= rows)! },
];

export function joinFloats(pieces: readonly Float32Array[]): Float32Array {
  const [first] = pieces;
  if (pieces.length === 1 && first) return first;
  const whole = new Float32Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}
