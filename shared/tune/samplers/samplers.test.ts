import { describe, expect, it } from 'vitest';
import type { Parameters } from '../../schema/sweep.ts';
import { suggestTrial } from '../suggest-trial.ts';
import { runSearch, sweepOf, trialOf } from '../tune-fixtures.ts';
import { cumulative, parzenEstimator } from './parzen-estimator.ts';

const conditional = {
  optimizer: { type: 'choice', values: ['sgd', 'adam'] },
  momentum: { type: 'float', min: 0, max: 1, when: { parameter: 'optimizer', in: ['sgd'] } },
  layers: { type: 'int', min: 1, max: 3 },
};
const bowl = ({ x, y }: Parameters) => (Number(x) - 0.3) ** 2 + (Number(y) - 0.7) ** 2;
const square = { x: { type: 'float', min: 0, max: 1 }, y: { type: 'float', min: 0, max: 1 } };
const valuesOf = (sweep: ReturnType<typeof sweepOf>, loss = bowl) =>
  runSearch(sweep, loss).map(({ parameters }) => parameters);

describe('grid', () => {
  it('has every combination once, and no parameter whose condition is off', () => {
    const points = valuesOf(
      sweepOf({ parameters: conditional, sampler: { type: 'grid', points: 2 }, budget: { trials: 100 } }),
    );
    // of three numbers of layers two, evenly spread: the first and the last
    expect(points).toEqual([
      ...[1, 3].flatMap((layers) => [0, 1].map((momentum) => ({ optimizer: 'sgd', momentum, layers }))),
      ...[1, 3].map((layers) => ({ optimizer: 'adam', layers })),
    ]);
  });

  it('spreads a logarithm by its magnitudes', () => {
    const parameters = { x: { type: 'float', min: 0.001, max: 1, log: true } };
    const points = valuesOf(sweepOf({ parameters, sampler: { type: 'grid', points: 4 } }));
    expect(points.map(({ x }) => x)).toEqual([0.001, 0.01, 0.1, 1]);
  });
});

describe.each(['random', 'tpe'] as const)('%s', (type) => {
  it('has a parameter exactly where its condition holds', () => {
    const points = valuesOf(
      sweepOf({ parameters: conditional, sampler: { type, seed: 3 }, budget: { trials: 60 } }),
    );
    for (const point of points) expect('momentum' in point).toBe(point.optimizer === 'sgd');
    expect(new Set(points.map(({ optimizer }) => optimizer)).size).toBe(2);
  });

  it('goes on from its records as if it had never stopped', () => {
    const sweep = sweepOf({ parameters: square, sampler: { type, seed: 5 }, budget: { trials: 30 } });
    const whole = runSearch(sweep, bowl);
    const records = JSON.parse(JSON.stringify(whole.slice(0, 17)));
    expect(runSearch(sweep, bowl, records)).toEqual(whole);
  });

  it('another seed is another search', () => {
    const [a, b] = [1, 2].map((seed) => valuesOf(sweepOf({ parameters: square, sampler: { type, seed } })));
    expect(a).not.toEqual(b);
  });
});

describe('tpe', () => {
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  const bestOf = (type: string, change: object, loss: typeof bowl) =>
    median(
      Array.from({ length: 21 }, (_, seed) => {
        const sweep = sweepOf({ sampler: { type, seed }, budget: { trials: 40 }, ...change });
        return Math.min(...runSearch(sweep, loss).map(({ reports }) => reports[0]!.value));
      }),
    );

  it('finds the bottom of a bowl better than chance, over 21 seeds', () => {
    const change = { parameters: square };
    expect(bestOf('tpe', change, bowl)).toBeLessThan(bestOf('random', change, bowl) / 2);
  });

  it('finds what goes together with a choice', () => {
    const parameters = {
      kind: { type: 'choice', values: ['a', 'b', 'c'] },
      x: { type: 'float', min: 1e-4, max: 1, log: true },
    };
    const best = { a: -3, b: -2, c: -1 };
    const loss = ({ kind, x }: Parameters) =>
      (Math.log10(Number(x)) - best[kind as 'a']) ** 2 + (kind === 'b' ? 0 : 1);
    expect(bestOf('tpe', { parameters }, loss)).toBeLessThan(bestOf('random', { parameters }, loss) / 2);
  });

  it('does not train the same twice while there is something else', () => {
    const parameters = { a: { type: 'int', min: 1, max: 4 }, b: { type: 'choice', values: [1, 2, 3, 4, 5] } };
    const points = valuesOf(
      sweepOf({ parameters, sampler: { type: 'tpe', startupTrials: 1 }, budget: { trials: 15 } }),
      ({ a, b }) => Number(a) * Number(b),
    ).map((point) => JSON.stringify(point));
    expect(new Set(points).size).toBeGreaterThanOrEqual(14);
  });

  it('prefers what keeps the limits', () => {
    const constraints = [{ measure: 'parameters', max: 100 }];
    const sweep = sweepOf({ constraints, sampler: { type: 'tpe', startupTrials: 10, gamma: 0.3 } });
    // the left half is better, and too large
    const trials = Array.from({ length: 20 }, (_, i) =>
      trialOf(i, [i < 10 ? 0 : 1], {
        parameters: { x: i / 20 },
        measures: { parameters: i < 10 ? 200 : 50 },
      }),
    );
    const drawn = Array.from({ length: 10 }, (_, seed) =>
      suggestTrial(
        { ...sweep, sampler: { ...sweep.sampler, seed } as never, budget: { trials: 99 } },
        trials,
      ),
    );
    const right = drawn.filter((one) => typeof one === 'object' && Number(one.parameters.x) > 0.45);
    expect(right.length).toBe(10);
  });

  it('keeps away from what others are trying', () => {
    const sweep = sweepOf({ sampler: { type: 'tpe' }, budget: { trials: 99 }, parallel: 40 });
    const ended = Array.from({ length: 12 }, (_, i) =>
      trialOf(i, [Math.abs(i / 12 - 0.5)], { parameters: { x: i / 12 } }),
    );
    const running = Array.from({ length: 20 }, (_, i) =>
      trialOf(12 + i, [], { parameters: { x: 0.4 + i / 100 }, state: 'running' }),
    );
    const suggest = (trials: typeof ended) =>
      Number((suggestTrial(sweep, trials) as { parameters: Parameters }).parameters.x);
    expect(Math.abs(suggest(ended) - 0.5)).toBeLessThan(0.1);
    expect(Math.abs(suggest([...ended, ...running]) - 0.5)).toBeGreaterThan(0.1);
  });
});

describe('parzen estimator', () => {
  it.each([
    [0, 0.5],
    [1, 0.841344746],
    [-1.96, 0.024997895],
    [3, 0.998650102],
  ])('the normal distribution function at %f', (z, p) => expect(cumulative(z)).toBeCloseTo(p, 6));

  it('is a density: over numbers and choices it comes to 1', () => {
    const dimensions = [
      { type: 'float', min: 0, max: 1 },
      { type: 'choice', values: ['a', 'b', 'c'] },
    ] as const;
    const estimator = parzenEstimator(dimensions as never, [
      [
        [0.1, 0.1],
        [0, 1 / 3],
      ],
      [[0.8, 0.8], null],
      [null, [2 / 3, 1]],
    ]);
    let sum = 0;
    for (let i = 0; i < 600; i++) {
      const u = (i + 0.5) / 600;
      for (let c = 0; c < 3; c++)
        sum +=
          Math.exp(
            estimator.logDensity([
              [u, u],
              [c / 3, (c + 1) / 3],
            ]),
          ) / 1800;
    }
    expect(sum).toBeCloseTo(1, 4);
  });

  it('of one trial, worked out by hand', () => {
    const estimator = parzenEstimator([{ type: 'choice', values: [1, 2] }], [[[0, 0.5]]]);
    // its kernel is certain by 2 ÷ (2 + 2), so 0.75 on its own value, which is 1.5 times even; the even kernel weighs as much
    expect(Math.exp(estimator.logDensity([[0, 0.5]]))).toBeCloseTo(1.25, 12);
    expect(Math.exp(estimator.logDensity([[0.5, 1]]))).toBeCloseTo(0.75, 12);
  });
});
