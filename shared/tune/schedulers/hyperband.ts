/**
 * Hyperband (Li et al. 2018): brackets of successive halving that begin with many short trials, with fewer longer ones, and so on to a few
 * at full length, since how early one can judge is not known. Sizes as in the paper's table 1.
 */
import * as z from 'zod';
import { type Bracket, bracketOf, nextInBrackets } from './brackets.ts';
import { LADDER, type Ladder, reportLadder } from './rungs.ts';
import type { Scheduler } from './scheduler.ts';

const Hyperband = z.strictObject({ type: z.literal('hyperband'), ...LADDER }).superRefine(reportLadder);

export const hyperband = {
  type: 'hyperband',
  summary: 'Successive halving in several ways at once, from many short trials to a few long ones.',
  params: Hyperband,
  maxEpochs: ({ maxEpochs }) => maxEpochs,
  next: (ladder, search) => nextInBrackets(bracketsOf(ladder), search),
} satisfies Scheduler<z.infer<typeof Hyperband>>;

/** The last is of whole trainings alone. */
export function bracketsOf({ minEpochs, maxEpochs, eta }: Ladder): Bracket[] {
  let most = 0;
  while (minEpochs * eta ** (most + 1) <= maxEpochs) most += 1;
  return Array.from({ length: most + 1 }, (_, i) => {
    const halvings = most - i;
    const trials = Math.floor((most + 1) / (halvings + 1)) * eta ** halvings;
    const epochs = Array.from({ length: halvings + 1 }, (_, rung) =>
      Math.floor(maxEpochs / eta ** (halvings - rung)),
    );
    return bracketOf(trials, epochs, eta);
  });
}
