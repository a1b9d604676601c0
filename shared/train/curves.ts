/**
 * What a training tells of its steps on the way to the curves: loss and length of the gradient as means over a window of steps, so that
 * a long run has some hundreds of points; beside them the learning rate, the length of all weights, and rows a second.
 */
import type { CurveName, MetricPoint } from '../schema/metric.ts';

const POINTS = 400;
/** Rows a second are the mean over this long, ms, or over an epoch that is shorter. */
const PACE_MS = 1000;

export interface StepsTold {
  loss: Float32Array;
  gradientNorm: Float32Array;
}

export interface CurvesOptions {
  totalSteps: number;
  stepsPerEpoch: number;
  /** Rows of a step. */
  batch: number;
  /** Of the step after so many others. */
  learningRate(done: number): number;
  window?: CurveWindow | undefined;
}

export interface CurveWindow {
  loss: number;
  norm: number;
  count: number;
}

/** `window`: as `window()` of the curves that these go on from. */
export function createCurves({ totalSteps, stepsPerEpoch, batch, learningRate, window }: CurvesOptions) {
  const size = Math.min(stepsPerEpoch, Math.ceil(totalSteps / POINTS));
  let points: MetricPoint[] = [];
  const sums: CurveWindow = { loss: 0, norm: 0, count: 0, ...window };
  let pace = { at: performance.now(), steps: 0 };

  const push = (name: CurveName, step: number, value: number) => {
    points.push({ step, epoch: step / stepsPerEpoch, split: 'train', name, value });
  };

  return {
    /** The steps after `done` others, all of one epoch; windows end with epochs. */
    add({ loss, gradientNorm }: StepsTold, done: number) {
      loss.forEach((value, i) => {
        sums.loss += value;
        sums.norm += gradientNorm[i]!;
        sums.count += 1;
        const step = done + i + 1;
        if (sums.count < size && step % stepsPerEpoch !== 0) return;
        push('loss', step, sums.loss / sums.count);
        push('gradient-norm', step, sums.norm / sums.count);
        push('learning-rate', step, learningRate(step - 1));
        Object.assign(sums, { loss: 0, norm: 0, count: 0 });
      });
      const step = done + loss.length;
      pace.steps += loss.length;
      const elapsed = performance.now() - pace.at;
      if (elapsed < PACE_MS && step % stepsPerEpoch !== 0) return;
      push('throughput', step, (pace.steps * batch * 1000) / Math.max(elapsed, 0.001));
      pace = { at: performance.now(), steps: 0 };
    },

    /** Of the weights as they are after `step` steps; what is measured from here on is not training. */
    weights(values: ArrayLike<number>, step: number) {
      let squares = 0;
      for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
      push('weight-norm', step, Math.sqrt(squares));
    },

    /** What the steps since the last point add up to; undefined after a point. */
    window: (): CurveWindow | undefined => (sums.count > 0 ? { ...sums } : undefined),

    /** Rows a second are counted from now on. */
    resume() {
      pace = { at: performance.now(), steps: 0 };
    },

    /** Points of the windows completed since the last call. */
    take(): MetricPoint[] {
      const taken = points;
      points = [];
      return taken;
    },
  };
}
