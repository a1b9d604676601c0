/** What each model block gives in training, and its gradients, on an executor beside the reference in float64. */
import type { Executor } from '../../../shared/executors/executor.ts';
import { createPlainExecutor } from '../../../shared/executors/plain/plain-executor.ts';
import type { TensorData, TensorValue } from '../../../shared/graph/graph.ts';
import { BLOCK_CASES } from '../../../shared/model/block-cases-for-tests.ts';
import { differentiateEntry } from '../../../shared/model/run-entry-for-tests.ts';
import { difference } from './compare.ts';
import type { Problems } from './operators.ts';

/** A block is some operators in a row: more than one rounding. */
const TOLERANCE = 2e-5;

/** Of the blocks of a type. */
export async function checkBlock(executor: Executor, type: string): Promise<Problems> {
  const problems: Record<string, string> = {};
  for (const [spec, values, fixed] of BLOCK_CASES) {
    if (spec.type !== type) continue;
    const { backward, weights, inputs } = differentiateEntry(spec, values, fixed);
    const runOnce = async (on: Executor<TensorData>) => {
      const program = await on.compile(backward, mapValues(weights, inFloat32));
      try {
        return await program.run(
          Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, inFloat32(value)])),
        );
      } finally {
        program.dispose();
      }
    };
    const expected = await runOnce(createPlainExecutor({ precision: 'float64' }));
    const actual = await runOnce(executor);
    for (const [output, value] of Object.entries(expected)) {
      const problem = difference(actual[output], value, TOLERANCE);
      if (problem) problems[`${JSON.stringify(spec)}, ${output}`] = problem;
    }
  }
  return problems;
}

/** Values that float32 holds exactly. */
const inFloat32 = ({ shape, data }: TensorValue<TensorData>): TensorValue<TensorData> => ({
  shape,
  data: data instanceof Float64Array ? Float32Array.from(data) : data,
});

const mapValues = <K, A, B>(map: ReadonlyMap<K, A>, change: (value: A) => B): Map<K, B> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));
