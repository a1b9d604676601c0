/** Weights for what is only to infer. */
import type { ParameterValues } from '../../../shared/executors/executor.ts';
import { createRandom } from '../../../shared/graph/random.ts';
import { initParameters } from '../../../shared/model/init-parameters.ts';
import type { BenchModel } from './bench-model.ts';
import { traceForward } from './trace.ts';

/** As at the start of a training, and everything else a little off, so that nothing may be left out. */
export function exampleWeights(model: BenchModel, seed = 1): ParameterValues {
  const random = createRandom(seed + 4);
  const weights = initParameters(traceForward(model, 1), seed);
  for (const [name, { shape, data }] of weights) {
    const around = /gamma|Variance/.test(name) ? 1 : 0;
    if (shape.length === 1) for (let i = 0; i < data.length; i++) data[i] = around + (random() - 0.5) / 2;
  }
  return weights;
}
