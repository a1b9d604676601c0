/** The validation curve: after each epoch the loss (what early stopping watches), and the metric people read. */
import { accuracy } from '../evaluate/accuracy.ts';
import type { Outcome } from '../evaluate/metric.ts';
import { rmse } from '../evaluate/rmse.ts';
import type { MetricPoint } from '../schema/metric.ts';

/** The loss comes first. */
export function validationPoints(
  outcome: Outcome,
  loss: number,
  step: number,
  epoch: number,
): [MetricPoint, MetricPoint] {
  const point = (name: MetricPoint['name'], value: number): MetricPoint => ({
    step,
    epoch,
    split: 'validation',
    name,
    value,
  });
  const read =
    outcome.task === 'regression'
      ? point('rmse', rmse.compute(outcome) ?? 0)
      : point('accuracy', accuracy.compute(outcome) ?? 0);
  return [point('loss', loss), read];
}
