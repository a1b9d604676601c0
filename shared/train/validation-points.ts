/** The validation curve: after each epoch the loss (what early stopping watches), and the metric people read. */
import { measure } from '../evaluate/evaluate.ts';
import type { Outcome } from '../evaluate/metric.ts';
import type { MetricName, MetricPoint } from '../schema/metric.ts';

/** The loss comes first, then `curve` where the rows have it. */
export function validationPoints(
  outcome: Outcome,
  curve: MetricName,
  loss: number,
  at: { step: number; epoch: number },
): [MetricPoint, ...MetricPoint[]] {
  const read = curve === 'loss' ? null : measure(outcome, curve);
  const point = (name: MetricName, value: number): MetricPoint => ({
    ...at,
    split: 'validation',
    name,
    value,
  });
  return [point('loss', loss), ...(read === null ? [] : [point(curve, read)])];
}
