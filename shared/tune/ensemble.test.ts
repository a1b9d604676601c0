import { expect, it } from 'vitest';
import { createRandom } from '../graph/random.ts';
import { type Member, selectEnsemble } from './ensemble.ts';

const regression = (name: string, values: number[], truth: number[]): Member => ({
  name,
  outcome: { task: 'regression', values: Float64Array.from(values), truth: Float64Array.from(truth) },
});

it('two that err to either side are put together by halves, worked out by hand', () => {
  const truth = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const members = [
    regression(
      'high',
      truth.map((y) => y + 1),
      truth,
    ),
    regression(
      'low',
      truth.map((y) => y - 1),
      truth,
    ),
    regression(
      'far',
      truth.map((y) => y + 9),
      truth,
    ),
  ];
  const { weights, score, single, helps, heldOut } = selectEnsemble(members, { metric: 'rmse', seed: 1 });
  expect(weights).toEqual({ high: 0.5, low: 0.5 });
  expect([score, single, helps]).toEqual([0, { name: 'high', score: 1 }, true]);
  expect(heldOut).toEqual({ ensemble: 0, single: 1 });
});

it('models that are wrong in different rows help one another, and noise does not help the best', () => {
  const random = createRandom(8);
  const truth = Int32Array.from({ length: 400 }, (_, row) => row % 2);
  const classifier = (name: string, noise: number): Member => {
    const probabilities = Float32Array.from({ length: 800 });
    for (const [row, right] of truth.entries()) {
      const p = Math.min(Math.max(0.62 + noise * (random() + random() - 1), 0), 1);
      probabilities[2 * row + right] = p;
      probabilities[2 * row + 1 - right] = 1 - p;
    }
    return { name, outcome: { task: 'classification', classes: 2, probabilities, truth } };
  };
  const alike = selectEnsemble(
    ['a', 'b', 'c', 'd'].map((name) => classifier(name, 0.4)),
    { metric: 'accuracy', seed: 1 },
  );
  expect(alike.helps).toBe(true);
  expect(alike.heldOut.ensemble).toBeGreaterThan(alike.heldOut.single + 0.05);
  expect(Object.keys(alike.weights).length).toBeGreaterThan(2);
  const sure = selectEnsemble([classifier('sure', 0), classifier('coin', 20)], {
    metric: 'accuracy',
    seed: 1,
  });
  expect(sure).toMatchObject({ weights: { sure: 1 }, score: 1, helps: false });
});

it.each<[string, Member[], string]>([
  ['no models', [], 'members: there are none; expected one model or more'],
  [
    'models judged on other rows',
    [regression('a', [1], [1]), regression('b', [1], [2])],
    'members: "b" was judged on other rows than "a"; expected the same validation rows for all',
  ],
  [
    'a metric that is not theirs',
    [regression('a', [1], [1])],
    'metric: these predictions have no "accuracy"',
  ],
])('refuses %s', (_, members, message) => {
  expect(() => selectEnsemble(members, { metric: 'accuracy', seed: 1 })).toThrow(message);
});
