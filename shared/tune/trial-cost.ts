/** How good a trial is: costs (less is better, whatever the goal), limits that it breaks, and the order of trials. */
import type { Constraint, Objective, Trial } from '../schema/sweep.ts';
import { crowding, nondominationRanks } from './pareto.ts';

export const isEnded = ({ state }: Trial): boolean => state !== 'waiting' && state !== 'running';

/** Trained to an end that counts. */
export const isJudged = ({ state }: Trial): boolean => state === 'finished' || state === 'pruned';

export const costOf = (value: number, { goal }: Objective): number => (goal === 'maximize' ? -value : value);

/** The last epoch that it told of; 0 while there is none. */
export const epochOf = ({ reports }: Trial): number => reports.at(-1)?.epoch ?? 0;

/** Least cost of the reports up to `epoch`; null where there is none. */
export function costBy({ reports }: Trial, epoch: number, objective: Objective): number | null {
  const costs = reports.filter((one) => one.epoch <= epoch).map(({ value }) => costOf(value, objective));
  return costs.length > 0 ? Math.min(...costs) : null;
}

/** One for each objective: by its values or, of one objective, by its best report. Null where there is neither. */
export function costsOf(trial: Trial, objectives: readonly Objective[]): number[] | null {
  if (trial.values) return trial.values.map((value, i) => costOf(value, objectives[i]!));
  const cost = objectives.length === 1 ? costBy(trial, Number.POSITIVE_INFINITY, objectives[0]!) : null;
  return cost === null ? null : [cost];
}

/** By the first objective, in its own terms: as measured at its end, or the best that it told of. Null while there is nothing. */
export function scoreOf(trial: Trial, [first]: readonly Objective[]): number | null {
  const objective = first!;
  if (trial.values) return trial.values[0]!;
  const cost = costBy(trial, Number.POSITIVE_INFINITY, objective);
  return cost === null ? null : costOf(cost, objective);
}

/** By how much a trial exceeds its limits, as shares of them; 0 where it keeps them all, or was not measured. */
export function violationOf({ measures = {} }: Trial, constraints: readonly Constraint[]): number {
  return constraints.reduce(
    (sum, { measure, max }) => sum + Math.max(0, (measures[measure] ?? 0) / max - 1),
    0,
  );
}

/**
 * The trials that have ended, best first: those that keep the limits before those that do not, trained to the end before those ended
 * early (of which the longer trained were the better), and then by cost, or by the front that they lie on. Failed ones are last.
 */
export function ranked(
  trials: readonly Trial[],
  { objectives, constraints }: { objectives: readonly Objective[]; constraints: readonly Constraint[] },
): Trial[] {
  const judged = trials.filter(isJudged).map((trial) => ({
    trial,
    costs: costsOf(trial, objectives),
    violation: violationOf(trial, constraints),
    epoch: trial.state === 'finished' ? Number.POSITIVE_INFINITY : epochOf(trial),
  }));
  const good = judged.filter((one) => one.costs !== null);
  const points = good.map(({ costs }) => costs!);
  const fronts = nondominationRanks(points);
  const room = crowding(points, fronts);
  const order = good
    .map((one, i) => ({ ...one, front: fronts[i]!, room: room[i]! }))
    .sort(
      (a, b) =>
        a.violation - b.violation ||
        descending(a.epoch, b.epoch) ||
        (objectives.length === 1
          ? a.costs![0]! - b.costs![0]!
          : a.front - b.front || descending(a.room, b.room)),
    )
    .map(({ trial }) => trial);
  const seen = new Set(order);
  return [...order, ...trials.filter((trial) => isEnded(trial) && !seen.has(trial))];
}

/** Of infinities too. */
const descending = (a: number, b: number): number => (a === b ? 0 : b - a);
