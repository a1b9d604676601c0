import { expect, it } from 'vitest';
import type { SweepTrial } from '../schema/sweep-view.ts';
import { ensembleCandidates } from './ensemble-candidates.ts';
import { trialOf } from './tune-fixtures.ts';

const trial = (number: number, template: string, change: Partial<SweepTrial> = {}): SweepTrial => ({
  ...trialOf(number, []),
  ...{ template, run: `run_${number}`, runState: 'succeeded', problem: null, metrics: null },
  modelVersion: `mver_${number}`,
  ...change,
});
const chosen = (tried: SweepTrial[], ranking: number[]) =>
  ensembleCandidates({ tried, ranking }).map(({ number }) => number);

it('takes the best of each template before any second one, five at most', () => {
  const tried = ['a', 'b', 'a', 'a', 'a', 'c', 'a'].map((template, number) => trial(number, template));
  expect(chosen(tried, [6, 4, 3, 2, 0, 1, 5])).toEqual([6, 1, 5, 4, 3]);
  expect(chosen(tried, [1, 0])).toEqual([1, 0]);
});

it('leaves out what has no model, or was ended early', () => {
  const tried = [
    trial(0, 'a', { state: 'pruned' }),
    trial(1, 'a'),
    trial(2, 'b', { state: 'failed', modelVersion: null }),
    trial(3, 'b', { modelVersion: null }),
  ];
  expect(chosen(tried, [0, 1, 2, 3])).toEqual([1]);
});
