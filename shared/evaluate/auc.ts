/**
 * Area under the ROC curve, for two classes: the chance that a row of class 1 scores above one of class 0, ties by half.
 * From ranks (Mann–Whitney U).
 */
import type { ClassificationMetric } from './metric.ts';

export const auc: ClassificationMetric = {
  name: 'auc',
  task: 'classification',
  compute({ classes, probabilities, truth }) {
    const positives = truth.filter((label) => label === 1).length;
    const negatives = truth.length - positives;
    if (classes !== 2 || positives === 0 || negatives === 0) return null;
    const score = (row: number) => probabilities[2 * row + 1]!;
    const order = Array.from(truth.keys()).sort((a, b) => score(a) - score(b));
    let rankSum = 0;
    for (let start = 0; start < order.length; ) {
      let end = start;
      while (end < order.length && score(order[end]!) === score(order[start]!)) end++;
      const rank = (start + 1 + end) / 2; // mean of the ranks start + 1 … end
      for (let i = start; i < end; i++) if (truth[order[i]!] === 1) rankSum += rank;
      start = end;
    }
    return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
  },
};
