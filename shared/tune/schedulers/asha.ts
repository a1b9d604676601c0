/**
 * Asynchronous successive halving (Li et al. 2020), which stops what it does not promote: a trial that comes to a rung goes on if it is among
 * the best 1 ÷ eta of those that have been there so far. Nobody waits for anybody.
 */
import * as z from 'zod';
import { costBy, epochOf } from '../trial-cost.ts';
import { LADDER, reportLadder, rungsOf } from './rungs.ts';
import type { Scheduler } from './scheduler.ts';
import { whole } from './whole.ts';

const Asha = z.strictObject({ type: z.literal('asha'), ...LADDER }).superRefine(reportLadder);

export const asha = {
  type: 'asha',
  summary: 'Stops a trial that is not among the best of those that came as far; nobody waits.',
  params: Asha,
  maxEpochs: ({ maxEpochs }) => maxEpochs,
  next: ({ maxEpochs }, search) => whole(maxEpochs, search),
  judge(ladder, { trials, objectives: [objective] }, trial) {
    const epoch = epochOf(trial);
    if (!rungsOf(ladder).includes(epoch)) return 'continue';
    const own = costBy(trial, epoch, objective!)!;
    // one that ended by itself would have got no further
    const others = trials
      .filter((one) => one.number !== trial.number)
      .filter((one) => epochOf(one) >= epoch || (one.state === 'finished' && epochOf(one) > 0))
      .map((one) => costBy(one, epoch, objective!)!);
    const better = others.filter((cost) => cost <= own).length;
    return better < (others.length + 1) / ladder.eta ? 'continue' : 'stop';
  },
} satisfies Scheduler<z.infer<typeof Asha>>;
