/**
 * Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002): for each user, how good the order is that the
 * predictions bring the items in, 1 for the best there is. The mean over users with items to choose from.
 */
import type { RegressionMetric } from './metric.ts';

const FIRST = 10;

export const ndcg: RegressionMetric = {
  name: 'ndcg',
  task: 'regression',
  compute({ values, truth, groups }) {
    if (!groups) return null;
    const rowsOf = new Map<number, number[]>();
    groups.forEach((group, row) => {
      const rows = rowsOf.get(group);
      if (rows) rows.push(row);
      else rowsOf.set(group, [row]);
    });
    const least = truth.reduce((least, value) => Math.min(least, value), 0);
    const gain = (row: number) => truth[row]! - least;
    const scores = [...rowsOf.values()].flatMap((rows) => {
      const by = (key: (row: number) => number) => [...rows].sort((a, b) => key(b) - key(a));
      const best = discounted(by(gain).map(gain));
      return rows.length > 1 && best > 0 ? [discounted(by((row) => values[row]!).map(gain)) / best] : [];
    });
    return scores.length > 0 ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null;
  },
};

const discounted = (gains: readonly number[]): number =>
  gains.slice(0, FIRST).reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
