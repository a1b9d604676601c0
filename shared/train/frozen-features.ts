/** Rows on their way through the frozen part of a model, on the fastest executor there is. */
import type { Candidate } from '../executors/choose/candidate.ts';
import { chooseExecutor } from '../executors/choose/choose-executor.ts';
import type { ParameterValues } from '../executors/executor.ts';
import type { Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type ModelShape, traceBody } from '../model/trace-model.ts';
import { firstValues } from './initial-weights.ts';

/** Rows that go through at a time. */
const FROZEN_BATCH = 16;

export interface FrozenFeatures {
  /** Of one row. */
  shape: Shape;
  /** Row-major rows in and out. */
  apply(rows: Float32Array): Promise<Float32Array>;
  /** The weights of the frozen part. */
  parameters: ParameterValues;
  dispose(): void;
}

export async function createFrozenFeatures(
  candidates: readonly Candidate[],
  frozen: ModelSpec,
  shape: Pick<ModelShape, 'inputShape' | 'features'>,
  { seed, weights, wanted }: { seed: number; weights: ParameterValues; wanted: string | undefined },
): Promise<FrozenFeatures> {
  const graph = traceBody(frozen, { ...shape, batch: FROZEN_BATCH });
  const parameters = firstValues(graph, seed, weights);
  const width = sizeOf(shape.inputShape);
  const inputs = (count: number) => ({ x: new Float32Array(count * FROZEN_BATCH * width) });
  const { program } = await chooseExecutor(candidates, { graph, parameters, inputs }, wanted);
  const rowShape = graph.nodes[graph.outputs[0]!.node]!.shape.slice(1);
  return {
    shape: rowShape,
    parameters,
    async apply(rows) {
      const y = new Float32Array((rows.length / width) * sizeOf(rowShape));
      for (let start = 0; start * width < rows.length; start += FROZEN_BATCH) {
        const x = new Float32Array(FROZEN_BATCH * width);
        x.set(rows.subarray(start * width, (start + FROZEN_BATCH) * width));
        const out = await program.run({ x: { shape: [FROZEN_BATCH, ...shape.inputShape], data: x } });
        const at = start * sizeOf(rowShape);
        y.set((out.y!.data as Float32Array).subarray(0, y.length - at), at);
      }
      return y;
    },
    dispose: program.dispose,
  };
}
