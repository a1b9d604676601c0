import { describe, expect, it } from 'vitest';
import type { Parameters, Trial } from '../../schema/sweep.ts';
import { judgeTrial } from '../judge-trial.ts';
import { suggestTrial } from '../suggest-trial.ts';
import { runSearch, sweepOf, trialOf } from '../tune-fixtures.ts';
import { bracketsOf } from './hyperband.ts';
import { rungsOf } from './rungs.ts';

const random = { sampler: { type: 'random', seed: 1 } };
/** Trials by the epochs that they end at. */
const byEpochs = (trials: readonly Trial[]) => {
  const counts: Record<number, number> = {};
  for (const { reports } of trials) {
    const epoch = reports.at(-1)!.epoch;
    counts[epoch] = (counts[epoch] ?? 0) + 1;
  }
  return counts;
};
const judge = (scheduler: object, others: readonly Trial[], losses: readonly number[]) => {
  const trial = trialOf(others.length, losses, { state: 'running', epochs: 27 });
  return judgeTrial(sweepOf({ scheduler }), [...others, trial], trial);
};

describe('asha', () => {
  const asha = { type: 'asha', minEpochs: 1, maxEpochs: 27, eta: 3 };

  it('has rungs at powers of eta', () => {
    expect(rungsOf({ minEpochs: 1, maxEpochs: 27, eta: 3 })).toEqual([1, 3, 9]);
    expect(rungsOf({ minEpochs: 2, maxEpochs: 17, eta: 2 })).toEqual([2, 4, 8, 16]);
  });

  // at the first rung stand 0.1, 0.2, 0.3, 0.4, 0.5; at the second 0.1 and 0.15
  const history = [
    trialOf(0, [0.5], { state: 'pruned' }),
    trialOf(1, [0.2, 0.2, 0.15], { state: 'pruned' }),
    trialOf(2, [0.4], { state: 'pruned' }),
    trialOf(3, [0.1, 0.3, 0.2], { state: 'running' }),
    trialOf(4, [0.3], { state: 'pruned' }),
  ];

  it.each<[string, number[], 'continue' | 'stop']>([
    ['the best of six goes on', [0.05], 'continue'],
    ['so does the second, two being a third of six', [0.15], 'continue'],
    ['not the third', [0.25], 'stop'],
    ['nor one that is only as good as the second', [0.2], 'stop'],
    ['between two rungs nobody is judged', [0.9, 0.9], 'continue'],
    ['what a trial was at its best counts', [0.9, 0.05, 0.9], 'continue'],
    ['of three at the second rung one goes on', [0.9, 0.9, 0.12], 'stop'],
  ])('%s', (_, losses, verdict) => expect(judge(asha, history, losses)).toBe(verdict));

  it('the first at a rung goes on', () => expect(judge(asha, [], [5])).toBe('continue'));

  it('one that ended by itself stands at the rungs above, too', () => {
    const ended = [0, 1, 2].map((number) => trialOf(number, [0.2, 0.1]));
    expect(judge(asha, ended, [0.3, 0.3, 0.3])).toBe('stop');
  });

  it('spends a fraction of the epochs on what is no good', () => {
    const sweep = sweepOf({ ...random, scheduler: asha, budget: { trials: 81 } });
    const trials = runSearch(sweep, ({ x }, epoch) => Number(x) + 1 / epoch);
    const epochs = trials.reduce((sum, { reports }) => sum + reports.length, 0);
    expect(epochs).toBeLessThan((81 * 27) / 4);
    const best = Math.min(...trials.map(({ parameters }) => Number(parameters.x)));
    expect(trials.find(({ parameters }) => parameters.x === best)!.state).toBe('finished');
  });
});

describe('hyperband', () => {
  it('has the brackets of the paper’s table for 81 epochs and eta 3', () => {
    const brackets = bracketsOf({ minEpochs: 1, maxEpochs: 81, eta: 3 });
    expect(brackets.map((bracket) => bracket.map(({ trials, epochs }) => [trials, epochs]))).toEqual([
      [
        [81, 1],
        [27, 3],
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [27, 3],
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [6, 27],
        [2, 81],
      ],
      [[5, 81]],
    ]);
  });

  it('goes through them in order, each trial on from its own checkpoint, and the best comes to the top', () => {
    const scheduler = { type: 'hyperband', maxEpochs: 9, eta: 3 };
    // brackets: 9@1 3@3 1@9, 3@3 1@9, 3@9
    const trials = runSearch(
      sweepOf({ ...random, scheduler, budget: { trials: 15 } }),
      ({ x }, epoch) => Number(x) + 1 / epoch,
    );
    expect(byEpochs(trials)).toEqual({ 1: 9, 3: 3 + 3, 9: 1 + 1 + 3 });
    const top = trials[12]!;
    expect(top).toMatchObject({ epochs: 9, from: expect.any(Number) });
    expect(top.reports.map(({ epoch }) => epoch)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(top.parameters.x).toBe(
      Math.min(...trials.slice(0, 9).map(({ parameters }) => Number(parameters.x))),
    );
  });
});

describe('successive halving', () => {
  const halving = { type: 'successive-halving', trials: 4, minEpochs: 1, maxEpochs: 4, eta: 2 };

  it('waits for the whole rung, and meanwhile begins the next round', () => {
    const sweep = sweepOf({ ...random, scheduler: halving, budget: { trials: 6 }, parallel: 4 });
    const ended = [0.4, 0.3, 0.2].map((loss, i) =>
      trialOf(i, [loss], { epochs: 1, parameters: { x: loss } }),
    );
    const running = trialOf(3, [], { epochs: 1, state: 'running', parameters: { x: 0.9 } });
    expect(suggestTrial(sweep, [...ended, running])).toMatchObject({
      epochs: 1,
      parameters: { x: expect.any(Number) },
    });
    const done = { ...running, ...trialOf(3, [0.1], { epochs: 1, parameters: { x: 0.9 } }) };
    expect(suggestTrial(sweep, [...ended, done])).toEqual({ epochs: 2, from: 3, parameters: { x: 0.9 } });
    const first = trialOf(4, [0.1, 0.1], { from: 3, epochs: 2, parameters: { x: 0.9 } });
    expect(suggestTrial(sweep, [...ended, done, first])).toEqual({
      epochs: 2,
      from: 2,
      parameters: { x: 0.2 },
    });
  });

  it('has nothing to do but wait where no new trial is left', () => {
    const sweep = sweepOf({ ...random, scheduler: halving, budget: { trials: 1 }, parallel: 4 });
    expect(suggestTrial(sweep, [trialOf(0, [], { state: 'running' })])).toBe('wait');
    expect(suggestTrial(sweep, [trialOf(0, [], { state: 'failed' })])).toBe('exhausted');
  });

  it('a round that the budget cut short is halved all the same', () => {
    const trials = runSearch(sweepOf({ ...random, scheduler: halving, budget: { trials: 2 } }), ({ x }) =>
      Number(x),
    );
    expect(byEpochs(trials)).toEqual({ 1: 2, 2: 1, 4: 1 });
  });
});

describe('median', () => {
  const median = { type: 'median', minEpochs: 2, minTrials: 3 };
  // means up to the second epoch: 0.15, 0.35, 0.55
  const finished = [0.1, 0.3, 0.5].map((loss, i) => trialOf(i, [loss, loss + 0.1, loss]));
  it.each<[number[], 'continue' | 'stop']>([
    [[0.9], 'continue'],
    [[0.9, 0.36], 'stop'],
    [[0.9, 0.34], 'continue'],
    [[0.34, 0.9], 'continue'],
  ])('of a trial with %o', (losses, verdict) => expect(judge(median, finished, losses)).toBe(verdict));

  it('says nothing of too few', () => expect(judge(median, finished.slice(1), [9, 9])).toBe('continue'));
});

describe('population', () => {
  const parameters = {
    rate: { type: 'float', min: 0.01, max: 1, log: true },
    units: { type: 'int', min: 1, max: 9 },
  };
  const scheduler = {
    type: 'population',
    seed: 3,
    population: 4,
    interval: 2,
    maxEpochs: 6,
    perturb: ['rate'],
  };
  const sweep = sweepOf({ ...random, parameters, scheduler, budget: { trials: 100 } });
  const loss = ({ units }: Parameters, epoch: number) => Number(units) + 1 / epoch;
  const trials = runSearch(sweep, loss);
  const generation = (epochs: number) => trials.filter((trial) => trial.epochs === epochs);

  it('trains so many members to the end, by generations', () => {
    expect([2, 4, 6].map((epochs) => generation(epochs).length)).toEqual([4, 4, 4]);
    expect(trials.every(({ reports }) => reports.length === 2)).toBe(true);
  });

  it('the worst goes on from the best, with its rate alone changed; the others as they are', () => {
    const [first, second] = [generation(2), generation(4)];
    const units = first.map((trial) => Number(trial.parameters.units));
    const worst = units.lastIndexOf(Math.max(...units));
    const best = units.indexOf(Math.min(...units));
    for (const [member, { from, parameters }] of second.entries()) {
      if (member !== worst) {
        expect({ from, parameters }).toEqual({ from: member, parameters: first[member]!.parameters });
        continue;
      }
      expect(from).toBe(best);
      expect(parameters.units).toBe(units[best]);
      expect(parameters.rate).not.toBe(first[best]!.parameters.rate);
    }
  });

  it('waits for its generation', () => {
    const begun = trials
      .slice(0, 4)
      .map((trial, i) => (i === 2 ? { ...trial, state: 'running' as const } : trial));
    expect(suggestTrial({ ...sweep, parallel: 9 }, begun)).toBe('wait');
  });

  it('replaces a member that failed', () => {
    const begun = trials
      .slice(0, 4)
      .map((trial, i): Trial => (i === 0 ? { ...trial, state: 'failed', reports: [] } : trial));
    expect(suggestTrial(sweep, begun)).toMatchObject({ from: expect.not.toBeOneOf([0]), epochs: 4 });
  });
});

describe('the budget', () => {
  it('of epochs is kept to the epoch', () => {
    const sweep = sweepOf({ ...random, scheduler: { type: 'asha', maxEpochs: 9 }, budget: { epochs: 50 } });
    const trials = runSearch(sweep, ({ x }) => Number(x));
    expect(trials.reduce((sum, { reports }) => sum + reports.length, 0)).toBe(50);
  });

  it('of seconds and of trials ends the search, be it that all fail', () => {
    const seconds = sweepOf({ budget: { seconds: 10 } });
    const timed = (trainingSeconds: number) => [trialOf(0, [1], { measures: { trainingSeconds } })];
    expect(suggestTrial(seconds, timed(9.5))).toMatchObject({ epochs: null });
    expect(suggestTrial(seconds, timed(10))).toBe('exhausted');
    const failed = Array.from({ length: 5 }, (_, i) => trialOf(i, [], { state: 'failed' }));
    expect(suggestTrial(sweepOf({ budget: { epochs: 5 } }), failed)).toBe('exhausted');
    expect(suggestTrial(sweepOf({ budget: { trials: 5 } }), failed)).toBe('exhausted');
  });

  it('so many at the same time, at most', () => {
    const running = [trialOf(0, [], { state: 'running' }), trialOf(1, [], { state: 'waiting' })];
    expect(suggestTrial(sweepOf({ parallel: 2 }), running)).toBe('wait');
    expect(suggestTrial(sweepOf({ parallel: 3 }), running)).toMatchObject({ epochs: null });
  });
});
