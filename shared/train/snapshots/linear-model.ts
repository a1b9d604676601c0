/** The weights of a model that is linear in its inputs: a network without hidden blocks, or a ridge regression. */
import { isNetwork, type PipelineSpec } from '../../definition/pipeline-spec.ts';
import type { ParameterValues } from '../../executors/executor.ts';
import { HEAD } from '../../model/trace-model.ts';

export interface LinearModel {
  inputs: number;
  outputs: number;
  /** Row-major [inputs, outputs]. */
  kernel: Float32Array;
  bias: Float32Array;
}

export interface PathPoint extends LinearModel {
  step: number;
}

/** What is in a network and changes nothing of what it computes when it predicts. */
const TRANSPARENT = new Set(['dropout', 'flatten', 'gaussian-noise']);

export const isLinear = (spec: PipelineSpec): boolean =>
  isNetwork(spec)
    ? (spec.task === 'classification' || spec.task === 'regression') &&
      spec.model.every(({ type, inputs }) => TRANSPARENT.has(type) && !inputs)
    : spec.model.type === 'ridge';

/** Of a model that `isLinear`. */
export function linearModel(spec: PipelineSpec, parameters: ParameterValues): LinearModel {
  const scope = isNetwork(spec) ? `${HEAD}/` : '';
  const kernel = parameters.get(`${scope}kernel`)!;
  const bias = parameters.get(`${scope}bias`)!;
  const [inputs, outputs = 1] = kernel.shape as [number, number?];
  return { inputs, outputs, kernel: kernel.data, bias: bias.data };
}
