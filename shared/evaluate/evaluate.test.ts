import { expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';

it('classification, by hand', () => {
  // predicted 1 1 0 0 1, true 1 0 0 1 1
  const scores = [0.9, 0.6, 0.2, 0.4, 0.7];
  const probabilities = Float32Array.from(scores.flatMap((p) => [1 - p, p]));
  const metrics = evaluate({
    task: 'classification',
    classes: 2,
    probabilities,
    truth: Float32Array.of(1, 0, 0, 1, 1),
  });
  expect(metrics.accuracy).toBeCloseTo(3 / 5, 12);
  expect(metrics.precision).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
  expect(metrics.recall).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
  expect(metrics.f1).toBeCloseTo((2 / 4 + 4 / 6) / 2, 12);
  expect(metrics.auc).toBeCloseTo(5 / 6, 12); // of 3 × 2 pairs only (0.4, 0.6) is the wrong way round
  expect(metrics).not.toHaveProperty('rmse');
});

it('ties count by half in the AUC, and one class has none', () => {
  const same = Float32Array.of(0.5, 0.5, 0.5, 0.5);
  const outcome = { task: 'classification', classes: 2, probabilities: same } as const;
  expect(evaluate({ ...outcome, truth: Float32Array.of(0, 1) }).auc).toBe(0.5);
  expect(evaluate({ ...outcome, truth: Float32Array.of(1, 1) })).not.toHaveProperty('auc');
});

it('regression, by hand', () => {
  const truth = Float64Array.of(1, 2, 3, 6); // mean 3, total 14
  const values = Float64Array.of(1, 3, 3, 4); // squares 0 1 0 4
  const metrics = evaluate({ task: 'regression', values, truth });
  expect(metrics).toEqual({ rmse: Math.sqrt(5 / 4), mae: 3 / 4, r2: 1 - 5 / 14 });
  expect(evaluate({ task: 'regression', values, truth: values.map(() => 2) })).not.toHaveProperty('r2');
});

it('the order of each user’s items, by hand', () => {
  // user 7 rates 3, 1, 2 and is shown 1, 3, 2; user 9 is shown his in the best order; user 4 has one alone
  const outcome = {
    task: 'regression',
    truth: Float64Array.of(3, 1, 2, 5, 0, 4),
    values: Float64Array.of(0.5, 0.9, 0.1, 2, 1, 1),
  } as const;
  const groups = Int32Array.of(7, 7, 7, 9, 9, 4);
  const shown = 1 / Math.log2(2) + 3 / Math.log2(3) + 2 / Math.log2(4);
  const best = 3 / Math.log2(2) + 2 / Math.log2(3) + 1 / Math.log2(4);
  expect(evaluate({ ...outcome, groups }).ndcg).toBeCloseTo((shown / best + 1) / 2, 12);
  expect(evaluate(outcome)).not.toHaveProperty('ndcg');
  expect(evaluate({ ...outcome, groups: Int32Array.of(1, 2, 3, 4, 5, 6) })).not.toHaveProperty('ndcg');
});
