import { describe, expect, it } from 'vitest';
import { createRandom } from '../graph/random.ts';
import { EpochsPerRound } from '../schema/averaging.ts';
import { close, closesAt, coordinate, receive, standing } from './coordinator.ts';
import { createMeeting } from './meeting.ts';
import { addNoise } from './noise.ts';
import { addUpdate, closeRound, openRound, type Privacy, type Update } from './round.ts';
import { endOfRound, Rules, roundsOf } from './rules.ts';

const update = (change: Partial<Omit<Update, 'weights'>> & { weights: number[] }): Update => ({
  ...{ participant: 'a', round: 1, rows: 1, statistics: 0, ...change },
  weights: Float32Array.from(change.weights),
});
const base = Float32Array.of(1, 2);

function meanOf(updates: Update[], privacy?: Privacy, from: Float32Array | null = base): number[] {
  const round = openRound(1, from);
  for (const one of updates) addUpdate(round, one, privacy);
  return [...closeRound(round, privacy)];
}

describe('a round', () => {
  it('takes the mean of the weights by rows', () => {
    // (3 · 1 + 1 · 5) / 4, (3 · 2 + 1 · 10) / 4
    const updates = [update({ rows: 3, weights: [1, 2] }), update({ participant: 'b', weights: [5, 10] })];
    expect(meanOf(updates)).toEqual([2, 4]);
    expect(meanOf(updates, {}, null)).toEqual([2, 4]);
  });

  it('gives back what all agree on, to the bit', () => {
    const weights = [0.1, -1e-8];
    expect(meanOf([3, 7, 11].map((rows) => update({ rows, weights })))).toEqual([
      ...Float32Array.from(weights),
    ]);
  });

  it('shortens long steps to the clipping norm, and leaves short ones and statistics', () => {
    // from (1, 2) by (3, 4), which is 5 long, and by (0, 0.5)
    const updates = [update({ weights: [4, 6] }), update({ participant: 'b', weights: [1, 2.5] })];
    const [x, y] = meanOf(updates, { clipNorm: 1 });
    expect(x).toBeCloseTo(1 + 0.6 / 2, 6);
    expect(y).toBeCloseTo(2 + (0.8 + 0.5) / 2, 6);
    // the second number is a statistic: it is no part of the step, which is 3 long
    const [w, mean] = meanOf([update({ weights: [4, 6], statistics: 1 })], { clipNorm: 1 });
    expect(w).toBeCloseTo(2, 6);
    expect(mean).toBe(6);
  });

  it('draws noise of multiplier · clipNorm on the sum, so a K-th of that on the mean', () => {
    const n = 40_000;
    const privacy = { clipNorm: 2, noise: { multiplier: 1.5, uniform: createRandom(3) } };
    const round = openRound(1, new Float32Array(n));
    // rows do not count: each of the four steps 0.01 in its first number
    for (const [i, rows] of [1, 10, 100, 1000].entries()) {
      const weights = new Float32Array(n);
      weights[0] = i === 3 ? 0.04 : 0;
      addUpdate(round, { ...update({ participant: `p${i}`, rows, weights: [] }), weights }, privacy);
    }
    expect(round.weight).toBe(4);
    expect(round.sum[0]).toBeCloseTo(0.04, 6);
    const noise = closeRound(round, privacy);
    const mean = noise.reduce((sum, x) => sum + x, 0) / n;
    const std = Math.sqrt(noise.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
    // 1.5 · 2 / 4; the mean of 40,000 is within four of its standard errors
    expect(Math.abs(mean)).toBeLessThan((4 * 0.75) / Math.sqrt(n));
    expect(std / 0.75).toBeGreaterThan(0.98);
    expect(std / 0.75).toBeLessThan(1.02);
    const within = noise.filter((x) => Math.abs(x) < 0.75).length / n;
    expect(within).toBeGreaterThan(0.67); // 68.3 % of a Gaussian lie within one standard deviation
    expect(within).toBeLessThan(0.695);
    const again = new Float64Array(3);
    addNoise(again, 1, createRandom(3));
    const once = new Float64Array(3);
    addNoise(once, 1, createRandom(3));
    expect(again).toEqual(once);
  });

  it('goes on with momentum as Nesterov says, but for statistics', () => {
    const velocity = Float32Array.of(2, 0);
    const round = openRound(1, base);
    addUpdate(round, update({ weights: [2, 3], statistics: 1 }));
    // v = 0.5 · 2 + 1 = 2; 1 + 1 + 0.5 · 2 = 3
    expect([...closeRound(round, {}, { momentum: 0.5, velocity })]).toEqual([3, 3]);
    expect([...velocity]).toEqual([2, 0]);
  });

  it.each([
    [update({ weights: [1] }), 'weights is 1; expected 2 numbers'],
    [update({ weights: [1, 2], rows: 0 }), 'rows is 0; expected a whole number from 1 on'],
    [update({ weights: [1, Number.NaN] }), 'weights is NaN; expected finite numbers'],
    [update({ weights: [1, Number.POSITIVE_INFINITY], statistics: 1 }), 'expected finite numbers'],
    [update({ weights: [1, 2], statistics: 3 }), 'statistics is 3; expected 0 to 2'],
  ])('refuses %#', (wrong, message) => {
    const round = openRound(1, base);
    expect(() => addUpdate(round, wrong)).toThrow(message);
    expect(round.answered).toEqual([]);
  });

  it('refuses noise on moving variances', () => {
    const noise = { multiplier: 1, uniform: createRandom(1) };
    expect(() => meanOf([update({ weights: [1, 2], statistics: 1 })], { clipNorm: 1, noise })).toThrow(
      'batch-norm',
    );
  });
});

describe('a coordinator', () => {
  const rules = { participants: 3, quorum: 2, deadlineMs: 100, rounds: 10 };
  const uniform = createRandom(1);
  const begun = () => {
    const state = coordinate(Rules.parse(rules));
    for (const participant of ['a', 'b', 'c'])
      receive(state, update({ participant, round: 0, weights: [0] }), 0);
    expect(closesAt(state)).toBe(0);
    close(state, uniform);
    return state;
  };

  it('waits for all to begin, and without one only until the deadline', () => {
    const state = coordinate(rules);
    expect(receive(state, update({ participant: 'a', round: 0, weights: [0] }), 50)).toBe('counted');
    expect(closesAt(state)).toBeNull(); // no quorum, however late it is
    receive(state, update({ participant: 'b', round: 0, weights: [0] }), 70);
    expect(closesAt(state)).toBe(150);
  });

  it('closes without one who dropped out, waits for that one no more, and takes it back', () => {
    const state = begun();
    receive(state, update({ participant: 'a', weights: [1] }), 1000);
    receive(state, update({ participant: 'b', weights: [3] }), 1010);
    expect(closesAt(state)).toBe(1100);
    expect(close(state, uniform)).toEqual({ round: 2, weights: Float32Array.of(2), done: false });

    receive(state, update({ participant: 'a', round: 2, weights: [4] }), 2000);
    receive(state, update({ participant: 'b', round: 2, weights: [6] }), 2000);
    expect(closesAt(state)).toBe(0);
    close(state, uniform);

    // it is back with what it learnt in round 1: that is not taken, and it hears where the others are
    expect(receive(state, update({ participant: 'c', round: 1, weights: [100] }), 3000)).toBe('late');
    expect(standing(state)).toEqual({ round: 3, weights: Float32Array.of(5), done: false });
    for (const participant of ['a', 'b'])
      receive(state, update({ participant, round: 3, weights: [5] }), 3000);
    expect(closesAt(state)).toBe(3100);
    receive(state, update({ participant: 'c', round: 3, weights: [8] }), 3000);
    expect(closesAt(state)).toBe(0);
    expect(close(state, uniform).weights).toEqual(Float32Array.of(6));
  });

  it('counts an update once, and refuses one of a round to come', () => {
    const state = begun();
    expect(receive(state, update({ weights: [1] }), 0)).toBe('counted');
    expect(receive(state, update({ weights: [1] }), 0)).toBe('known');
    expect(state.round.weight).toBe(1);
    expect(() => receive(state, update({ round: 2, weights: [1] }), 0)).toThrow(
      'update of "a" is for round 2, and the others work on round 1',
    );
  });

  it('ends when the loss falls no more, with the best weights', () => {
    const state = coordinate({ participants: 2, quorum: 2, deadlineMs: 0, rounds: 50, patience: 2 });
    const play = (round: number, weight: number, losses?: [number, number]) => {
      for (const [i, participant] of ['a', 'b'].entries()) {
        const validation = losses && { validation: { loss: losses[i]!, rows: i === 0 ? 3 : 1 } };
        receive(state, update({ participant, round, weights: [weight], ...validation }), 0);
      }
      return close(state, uniform);
    };
    play(0, 0);
    play(1, 1);
    play(2, 2, [1, 1]); // of the weights 1
    play(3, 3, [0.4, 0.8]); // of 2: 0.5 over the rows
    expect(state.best).toEqual({ loss: 0.5, weights: Float32Array.of(2) });
    expect(play(4, 4, [0.5, 0.7])).toMatchObject({ done: false }); // 0.55 is no better
    expect(play(5, 5, [0.7, 0.7])).toEqual({ round: 6, weights: Float32Array.of(2), done: true });
    expect(receive(state, update({ round: 6, weights: [9] }), 0)).toBe('late');
  });

  it('after the last round hears of its loss, and tells the best', () => {
    const state = coordinate({
      participants: 1,
      quorum: 1,
      deadlineMs: 0,
      rounds: 2,
      patience: 9,
      momentum: 0.5,
    });
    const play = (round: number, weight: number, loss?: number) => {
      const validation = loss === undefined ? {} : { validation: { loss, rows: 1 } };
      receive(state, update({ round, weights: [weight], ...validation }), 0);
      return close(state, uniform);
    };
    play(0, 0);
    // v = 1, 0 + 1 + 0.5
    expect(play(1, 1)).toEqual({ round: 2, weights: Float32Array.of(1.5), done: false });
    // v = 0.5 + 1 = 1.5, 1.5 + 1 + 0.75
    expect(play(2, 2.5, 0.3)).toEqual({ round: 3, weights: Float32Array.of(3.25), done: false });
    expect(play(3, 3.25, 0.4)).toEqual({ round: 4, weights: Float32Array.of(1.5), done: true });
  });

  it('keeps the clock in one program too: the deadline closes a round', async () => {
    const { exchange } = createMeeting({ ...rules, deadlineMs: 20 });
    const of = (participant: string, weight: number) => update({ participant, round: 0, weights: [weight] });
    const [a, b] = await Promise.all([exchange(of('a', 1)), exchange(of('b', 3))]);
    expect(a).toEqual({ round: 1, weights: Float32Array.of(2), done: false });
    expect(b).toEqual(a);
    expect(await exchange(of('c', 100))).toEqual(a);
  });
});

describe('rules', () => {
  it.each([
    [{ participants: 1, quorum: 2 }, '2 is more than the 1 participants'],
    [{ noiseMultiplier: 1 }, 'noise hides only what is clipped'],
  ])('refuse %o', (change, message) => {
    const rules = { participants: 3, quorum: 2, deadlineMs: 100, rounds: 10, ...change };
    expect(Rules.safeParse(rules).error!.message).toContain(message);
  });

  it('count rounds and steps', () => {
    expect(roundsOf({ epochs: 8, earlyStopping: { patience: 3 } }, 0.25)).toEqual({
      rounds: 32,
      patience: 3,
    });
    expect(roundsOf({ epochs: 9, earlyStopping: { patience: 3 } }, 2)).toEqual({ rounds: 5, patience: 2 });
    const extent = { epochs: 2, stepsPerEpoch: 49 };
    expect([0, 1, 49, 98, 99].map((round) => endOfRound(round, 1 / 49, extent))).toEqual([0, 1, 49, 98, 98]);
    expect([1, 2, 3].map((round) => endOfRound(round, 2, { epochs: 5, stepsPerEpoch: 10 }))).toEqual([
      20, 40, 50,
    ]);
    expect([0.25, 1 / 3, 1 / 49, 5].every((epochs) => EpochsPerRound.safeParse(epochs).success)).toBe(true);
    expect([0, -1, 0.3, 1.5].some((epochs) => EpochsPerRound.safeParse(epochs).success)).toBe(false);
  });
});
