/** Successive halving (Jamieson and Talwalkar 2016), in rounds: all begin, and of those at a rung the best go on. */
import * as z from 'zod';
import { bracketOf, nextInBrackets } from './brackets.ts';
import { LADDER, reportLadder, rungsOf } from './rungs.ts';
import type { Scheduler } from './scheduler.ts';

const SuccessiveHalving = z
  .strictObject({
    type: z.literal('successive-halving'),
    ...LADDER,
    /** Trials that begin a round. */
    trials: z.int().min(2).max(10_000).default(27),
  })
  .superRefine(reportLadder);

export const successiveHalving = {
  type: 'successive-halving',
  summary: 'Many trials begin; when all have come to a rung, the best go on.',
  params: SuccessiveHalving,
  maxEpochs: ({ maxEpochs }) => maxEpochs,
  next: ({ trials, ...ladder }, search) =>
    nextInBrackets([bracketOf(trials, [...rungsOf(ladder), ladder.maxEpochs], ladder.eta)], search),
} satisfies Scheduler<z.infer<typeof SuccessiveHalving>>;
