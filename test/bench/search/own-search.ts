/** One search of ours, a trial at a time, on trainings that are there already: what it found as the epochs went by. */
import type { Trial } from '../../../shared/schema/sweep.ts';
import { hasArrived, judgeTrial } from '../../../shared/tune/judge-trial.ts';
import { suggestTrial } from '../../../shared/tune/suggest-trial.ts';
import type { SweepSpec } from '../../../shared/tune/sweep-spec.ts';
import { createTrace, type Trace } from './trace.ts';
import type { CurveOf } from './trainings.ts';

export async function ownSearch(sweep: SweepSpec, curveOf: CurveOf): Promise<Trace> {
  const trace = createTrace();
  const trials: Trial[] = [];
  for (;;) {
    const suggestion = suggestTrial(sweep, trials);
    if (typeof suggestion === 'string') return trace;
    const { parameters, from } = suggestion;
    const trial: Trial = { ...suggestion, number: trials.length, state: 'running', reports: [] };
    trials.push(trial);
    const curve = await curveOf(parameters);
    if (!curve) {
      trial.state = 'failed';
      continue;
    }
    const start = from === undefined ? 0 : trials[from]!.reports.at(-1)!.epoch;
    for (const [i, value] of curve.entries()) {
      if (i < start) continue;
      trial.reports.push({ epoch: i + 1, value });
      trace.add(value);
      if (judgeTrial(sweep, trials, trial) === 'stop') break;
    }
    trial.state = hasArrived(trial) || trial.reports.at(-1)!.epoch === curve.length ? 'finished' : 'pruned';
  }
}
