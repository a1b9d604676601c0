/** The validation curve: after each epoch the loss (what early stopping watches), and the metric people read. */
import { accuracy } from '../evaluate/accuracy.ts';
import type { Outcome } from '../evaluate/metric.ts';
import { rmse } from '../evaluate/rmse.ts';
import type { MetricPoint } from '../schema/metric.ts';

/** `std` is the target's, by which the training loss of a regression is scaled. The loss comes first. */
export function validationPoints(
  outcome: Outcome,
  std: number,
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
  if (outcome.task === 'regression') {
    const error = rmse.compute(outcome) ?? 0;
    return [point('loss', (error / std) ** 2), point('rmse', error)];
  }
  return [point('loss', crossEntropy(outcome)), point('accuracy', accuracy.compute(outcome) ?? 0)];
}

/** Mean of −log p(true class); a probability that float32 rounded to 0 counts as its smallest normal number. */
function crossEntropy({
  probabilities,
  classes,
  truth,
}: Extract<Outcome, { task: 'classification' }>): number {
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    const p = probabilities[row * classes + truth[row]!]!;
    total -= Math.log(Math.max(p, 2 ** -126));
  }
  return total / truth.length;
}
