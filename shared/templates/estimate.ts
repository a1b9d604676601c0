/** What a definition will cost, before anything is trained: sizes exactly, times as this machine class was measured to take. */
import { bodyOf, estimatorCost, learningCost, modelCost } from '../definition/check-pipeline.ts';
import { isNetwork, type PipelineSpec } from '../definition/pipeline-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';

export interface Estimate {
  /** Numbers to be learnt. */
  parameters: number;
  /** Bytes of the weights in the artifact. */
  bytes: number;
  /** Multiply-adds of one prediction. */
  multiplyAdds: number;
  /** Of a training that uses all its epochs, in seconds: in a tab on WebAssembly, and on a runner without a GPU. */
  seconds: { tab: number; runner: number };
}

/**
 * Seconds a step and multiply-adds a second, on two cores of 2026: fitted to `npm run bench -- train-browser` and `train-runner`
 * (MLPs and CNNs), which they meet within a factor of two.
 */
const SPEED = {
  tab: { step: 25e-6, multiplyAdds: 18e9 },
  runner: { step: 40e-6, multiplyAdds: 80e9 },
};
/** Of an estimator, a second: plain JavaScript, one thread. */
const OPERATIONS = 1e9;
/** Forward, and the gradients by inputs and by weights. */
const PASSES = 3;

export function estimate(spec: PipelineSpec, profile: DatasetProfile): Estimate {
  if (!isNetwork(spec)) {
    const { parameters, multiplyAdds, fitting } = estimatorCost(spec, profile);
    const seconds = fitting / OPERATIONS;
    return { parameters, bytes: 4 * parameters, multiplyAdds, seconds: { tab: seconds, runner: seconds } };
  }
  const { parameters, multiplyAdds } = modelCost(spec, profile);
  const { split, training } = spec;
  const rows = profile.rows * (1 - split.validation - split.test);
  const steps = training.epochs * Math.ceil(rows / training.batchSize);
  const { frozen, learning } = learningCost(spec, profile);
  // an answer that is said token by token takes some half of the passes that it may
  const passes = (bodyOf(spec, profile).alsoTakes?.shape[0] ?? 0) / 2;
  const work =
    training.epochs * learning * (PASSES * rows + profile.rows * split.validation) +
    frozen * profile.rows +
    passes * multiplyAdds * profile.rows * (split.validation + split.test);
  const secondsAt = (speed: (typeof SPEED)['tab']) => steps * speed.step + work / speed.multiplyAdds;
  return {
    parameters,
    bytes: 4 * parameters,
    multiplyAdds,
    seconds: { tab: secondsAt(SPEED.tab), runner: secondsAt(SPEED.runner) },
  };
}

/** A time as one would say it: `about 7 min`. */
export function inWords(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds / 3600)} h`;
}
