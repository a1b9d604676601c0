/** Schedules against values worked out by hand. */
import { describe, expect, it } from 'vitest';
import { rateFactor, ScheduleSpec } from './list.ts';

/** Factors after 0, 1, 2, … steps of a training of 10 epochs with 2 steps each. */
const factors = (spec: unknown, steps: readonly number[]) =>
  steps.map((step) => rateFactor(ScheduleSpec.parse(spec), { step, totalSteps: 20, stepsPerEpoch: 2 }));

describe('rateFactor', () => {
  it.each<[unknown, number[], number[]]>([
    [{ type: 'constant' }, [0, 7, 19], [1, 1, 1]],
    [{ type: 'constant', warmupSteps: 4 }, [0, 1, 2, 3, 4, 5], [0.25, 0.5, 0.75, 1, 1, 1]],
    [{ type: 'step', everyEpochs: 3, factor: 0.5 }, [0, 5, 6, 11, 12, 18], [1, 1, 0.5, 0.5, 0.25, 0.125]],
    [{ type: 'step', everyEpochs: 1, factor: 0.5, warmupSteps: 1 }, [0, 1, 2, 3], [1, 1, 1, 0.5]],
    [{ type: 'exponential', perEpoch: 0.25 }, [0, 1, 2, 3, 4], [1, 0.5, 0.25, 0.125, 0.0625]],
    // ½ (1 + cos(π · step ÷ 20)): cos 0, 60°, 90°, 120°, 180°
    [{ type: 'cosine' }, [0, 20 / 3, 10, 40 / 3, 20], [1, 0.75, 0.5, 0.25, 0]],
    [{ type: 'cosine', floor: 0.2 }, [0, 10, 20, 25], [1, 0.6, 0.2, 0.2]],
    // after 4 steps of warm-up 16 remain
    [{ type: 'cosine', warmupSteps: 4 }, [1, 3, 4, 12, 20], [0.5, 1, 1, 0.5, 0]],
  ])('%j', (spec, steps, expected) => {
    for (const [i, factor] of factors(spec, steps).entries()) expect(factor).toBeCloseTo(expected[i]!, 12);
  });

  it('survives a warm-up as long as the training', () => {
    expect(factors({ type: 'cosine', warmupSteps: 40 }, [0, 19])).toEqual([1 / 40, 0.5]);
  });

  it.each([
    { type: 'step' },
    { type: 'step', everyEpochs: 0 },
    { type: 'cosine', floor: 2 },
    { type: 'exponential', perEpoch: 1 },
    { type: 'constant', warmupSteps: -1 },
    { type: 'linear' },
  ])('refuses %j', (spec) => {
    expect(ScheduleSpec.safeParse(spec).success).toBe(false);
  });
});
