/** Training losses on their way to the curve: each point is the mean over a window of steps, so that a long run has some hundreds. */
import type { MetricPoint } from '../schema/metric.ts';

const POINTS = 400;

export function createLossCurve(totalSteps: number, stepsPerEpoch: number) {
  const size = Math.min(stepsPerEpoch, Math.ceil(totalSteps / POINTS));
  let points: MetricPoint[] = [];
  let sum = 0;
  let count = 0;

  return {
    /** `step` is the number of steps done with this one; windows end with epochs. */
    add(loss: number, step: number) {
      sum += loss;
      count += 1;
      if (count < size && step % stepsPerEpoch !== 0) return;
      points.push({ step, epoch: step / stepsPerEpoch, split: 'train', name: 'loss', value: sum / count });
      sum = 0;
      count = 0;
    },

    /** Points of the windows completed since the last call. */
    take(): MetricPoint[] {
      const taken = points;
      points = [];
      return taken;
    },
  };
}
