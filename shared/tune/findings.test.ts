import { describe, expect, it } from 'vitest';
import { createRandom } from '../graph/random.ts';
import type { Trial } from '../schema/sweep.ts';
import { bestSoFar, paretoFront } from './best-so-far.ts';
import { importance } from './importance.ts';
import { crowding, nondominationRanks } from './pareto.ts';
import { ranked, scoreOf } from './trial-cost.ts';
import { sweepOf, trialOf } from './tune-fixtures.ts';

const loss = [{ metric: 'loss', goal: 'minimize' }] as const;
const two = [
  { metric: 'loss', goal: 'minimize' },
  { metric: 'accuracy', goal: 'maximize' },
] as const;

describe('several objectives', () => {
  //  b is better than c and d in both; a and b are no better than one another, nor is e than b
  const points = [
    [1, 5],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 1],
  ];

  it('lie in layers', () => expect(nondominationRanks(points)).toEqual([0, 0, 1, 2, 0]));

  it('have room between their neighbours: of b along both (5 − 1) ÷ 4', () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(crowding(points, [0, 0, 1, 2, 0])).toEqual([inf, 2, inf, inf, inf]);
  });

  it('the front has what keeps the limits and none is better than', () => {
    const trials = points.map(([a, b], i) =>
      trialOf(i, [], { values: [a!, -b!], measures: { artifactBytes: i === 0 ? 9 : 5 } }),
    );
    const goals = { objectives: two, constraints: [{ measure: 'artifactBytes' as const, max: 5 }] };
    expect(paretoFront(goals, trials).map(({ number }) => number)).toEqual([1, 4]);
  });
});

it('the order of trials: limits first, then whole ones, then the longer trained, failures last', () => {
  const pruned = { state: 'pruned' as const };
  const trials: Trial[] = [
    trialOf(0, [0.5, 0.5]),
    trialOf(1, [0.1], { ...pruned }),
    trialOf(2, [], { state: 'failed' }),
    trialOf(3, [0.9, 0.8], pruned),
    trialOf(4, [0.01, 0.01], { measures: { parameters: 300 } }),
    trialOf(5, [0.01, 0.01], { measures: { parameters: 200 } }),
    trialOf(6, [0.3, 0.6]),
    trialOf(7, [0.1], { state: 'running' }),
  ];
  const order = ranked(trials, { objectives: loss, constraints: [{ measure: 'parameters', max: 100 }] });
  expect(order.map(({ number }) => number)).toEqual([6, 0, 3, 1, 5, 4, 2]);
});

it('what was the best, and after how many epochs', () => {
  const accuracy = [{ metric: 'accuracy', goal: 'maximize' }] as const;
  const trials = [
    trialOf(0, [0.5, 0.6]),
    trialOf(1, [0.4], { state: 'pruned' }),
    trialOf(2, [0.99], { state: 'failed' }),
    trialOf(3, [0.7, 0.65, 0.6]),
  ];
  trials.push({ ...trialOf(4, []), from: 3, reports: [{ epoch: 4, value: 0.8 }] });
  expect(bestSoFar({ objectives: accuracy, constraints: [] }, trials)).toEqual([
    { trial: 0, epochs: 2, value: 0.6 },
    { trial: 3, epochs: 7, value: 0.7 },
    { trial: 4, epochs: 8, value: 0.8 },
  ]);
});

describe('importance', () => {
  const parameters = {
    a: { type: 'float', min: 0, max: 1 },
    b: { type: 'float', min: 1e-4, max: 1, log: true },
    c: { type: 'choice', values: ['x', 'y', 'z'] },
  };
  const sweep = sweepOf({ parameters });
  const random = createRandom(11);
  const points = Array.from({ length: 120 }, () => ({
    ...{ a: random(), b: 10 ** (-4 * random()), c: 'xyz'[Math.floor(3 * random())]! },
  }));
  const of = (cost: (point: (typeof points)[number]) => number) =>
    importance(
      sweep,
      points.map((point, i) => trialOf(i, [cost(point)], { parameters: point })),
      { seed: 1 },
    )!;

  it('finds the only parameter that matters', () => {
    const { parameters, interactions } = of(({ b }) => (Math.log10(b) + 2) ** 2);
    expect(parameters.b).toBeGreaterThan(0.8);
    expect(parameters.a! + parameters.c!).toBeLessThan(0.05);
    expect(interactions).toBeLessThan(0.2);
  });

  it('of a sum of two alike, each has its half', () => {
    const { parameters } = of(({ a, b }) => a + Math.log10(b) / 4);
    expect(parameters.a).toBeGreaterThan(0.35);
    expect(parameters.b).toBeGreaterThan(0.35);
    expect(Math.abs(parameters.a! - parameters.b!)).toBeLessThan(0.15);
  });

  it('what shows only together is nobody’s own', () => {
    const { parameters, interactions } = of(({ a, b }) => (a > 0.5 === b > 0.01 ? 1 : 0));
    expect(interactions).toBeGreaterThan(0.5);
    expect(parameters.c).toBeLessThan(0.1);
  });

  it('says nothing of too few, or where all are alike', () => {
    expect(of(() => 1)).toBeNull();
    expect(importance(sweep, [trialOf(0, [1])], { seed: 1 })).toBeNull();
  });
});

describe('the score of a trial', () => {
  it.each([
    ['as measured at its end', trialOf(0, [3, 1, 2], { values: [2] }), loss, 2],
    ['the least that it told of', trialOf(0, [3, 1, 2]), loss, 1],
    ['the most that it told of', trialOf(0, [0.3, 0.9, 0.2]), [two[1]], 0.9],
    ['the first of several', trialOf(0, [], { values: [4, 0.5] }), two, 4],
    ['nothing yet', trialOf(0, []), loss, null],
  ])('is %s', (_, trial, objectives, score) => expect(scoreOf(trial, objectives)).toBe(score));
});
