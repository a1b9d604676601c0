/**
 * Training losses on their way from the device to the curve. A step never waits: losses are summed where they are, and
 * each point is the mean over a window of steps, so that a long run has some hundreds of points.
 */
import type { Tensor, TensorFlow } from '../graph/operator.ts';
import type { MetricPoint } from '../schema/metric.ts';

const POINTS = 400;

interface Window {
  /** Last step of the window, counted from 1. */
  step: number;
  epoch: number;
  count: number;
  sum: Tensor;
}

export function createLossCurve(tf: TensorFlow, totalSteps: number, stepsPerEpoch: number) {
  const size = Math.min(stepsPerEpoch, Math.ceil(totalSteps / POINTS));
  let closed: Window[] = [];
  let open: Window | null = null;

  return {
    /** Takes over `loss`. `step` and `epoch` (which may be a fraction) are those done with it; windows end with epochs. */
    add(loss: Tensor, step: number, epoch: number) {
      const sum = open ? tf.add(open.sum, loss) : loss;
      if (open) tf.dispose([open.sum, loss]);
      open = { step, epoch, count: (open?.count ?? 0) + 1, sum };
      if (open.count === size || step % stepsPerEpoch === 0) {
        closed.push(open);
        open = null;
      }
    },

    /** Points of the windows that are complete. Waits for the device. */
    async read(): Promise<MetricPoint[]> {
      const windows = closed;
      closed = [];
      try {
        return await Promise.all(
          windows.map(async ({ step, epoch, count, sum }) => {
            const [total] = await sum.data();
            return { step, epoch, split: 'train', name: 'loss', value: total! / count } as const;
          }),
        );
      } finally {
        tf.dispose(windows.map(({ sum }) => sum));
      }
    },

    dispose() {
      tf.dispose([...closed, ...(open ? [open] : [])].map(({ sum }) => sum));
    },
  };
}
