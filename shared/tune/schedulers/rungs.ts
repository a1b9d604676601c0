/** The ladder that successive halving and its kin go up: at each rung so many epochs, `eta` times as many as at the one below. */
import * as z from 'zod';

/** What they all take. */
export const LADDER = {
  /** Epochs at the first rung, and of the longest trial. */
  minEpochs: z.int().min(1).default(1),
  maxEpochs: z.int().min(1).max(10_000),
  /** Of the trials at a rung, one in so many goes on. */
  eta: z.int().min(2).max(100).default(3),
};

export interface Ladder {
  minEpochs: number;
  maxEpochs: number;
  eta: number;
}

export function reportLadder({ minEpochs, maxEpochs }: Ladder, context: z.RefinementCtx): void {
  if (minEpochs <= maxEpochs) return;
  const message = `${minEpochs} is above maxEpochs, ${maxEpochs}; expected at most that`;
  context.addIssue({ code: 'custom', path: ['minEpochs'], message });
}

/** Epochs of the rungs below the top. */
export function rungsOf({ minEpochs, maxEpochs, eta }: Ladder): number[] {
  const rungs: number[] = [];
  for (let epochs = minEpochs; epochs < maxEpochs; epochs *= eta) rungs.push(epochs);
  return rungs;
}
