/** Counts of (true class, predicted class), and averages over classes made from them. */
import { type ClassificationOutcome, predictedClass } from './metric.ts';

export interface ClassCounts {
  truePositive: number;
  predicted: number;
  actual: number;
}

export function classCounts(outcome: ClassificationOutcome): ClassCounts[] {
  const counts = Array.from({ length: outcome.classes }, () => ({
    truePositive: 0,
    predicted: 0,
    actual: 0,
  }));
  for (let row = 0; row < outcome.truth.length; row++) {
    const predicted = predictedClass(outcome, row);
    const actual = outcome.truth[row]!;
    counts[predicted]!.predicted++;
    counts[actual]!.actual++;
    if (predicted === actual) counts[actual]!.truePositive++;
  }
  return counts;
}

/** Mean of `score` over the classes that occur among the truth or the predictions; null without rows. */
export function macroAverage(
  outcome: ClassificationOutcome,
  score: (counts: ClassCounts) => number,
): number | null {
  const present = classCounts(outcome).filter(({ predicted, actual }) => predicted + actual > 0);
  if (present.length === 0) return null;
  return present.reduce((sum, counts) => sum + score(counts), 0) / present.length;
}

/** Rows by their true class, then by the predicted one. */
export function confusionMatrix(outcome: ClassificationOutcome): Int32Array[] {
  const counts = Array.from({ length: outcome.classes }, () => new Int32Array(outcome.classes));
  for (let row = 0; row < outcome.truth.length; row++)
    counts[outcome.truth[row]!]![predictedClass(outcome, row)]!++;
  return counts;
}
