/**
 * A training, from a table to an artifact. It only yields: the tab's worker and the runner consume the events, and stop it by
 * `return()`, after which everything it had on the device is freed.
 */
import { isNetwork } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import type { TrainEvent, TrainResult } from './events.ts';
import { trainEstimator } from './train-estimator.ts';
import { trainNetwork } from './train-network.ts';
import type { TrainOptions } from './train-options.ts';

/**
 * A network trains on the fastest of `candidates`, or on the one that the checkpoint was trained on; an estimator in plain
 * JavaScript, and from the beginning.
 * Throws AppError `invalid_data`, `invalid_pipeline`, `invalid_request` (checkpoint), `unsupported` and TrainingDiverged.
 */
export function trainPipeline(
  candidates: readonly Candidate[],
  { spec, ...options }: TrainOptions,
): AsyncGenerator<TrainEvent, TrainResult, void> {
  if (options.averaging && !isNetwork(spec)) {
    throw new AppError(
      'unsupported',
      `${spec.model.type} has no weights that a mean could be taken of; train it by one worker, or a network`,
    );
  }
  return isNetwork(spec)
    ? trainNetwork(candidates, { spec, ...options })
    : trainEstimator({ spec, ...options });
}
