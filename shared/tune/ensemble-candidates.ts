/**
 * Which trials of a search are worth putting together: of each template the best one before any second one, since models that err alike
 * bring one another nothing.
 */
import type { SweepDetail, SweepTrial } from '../schema/sweep-view.ts';

const MOST = 5;

/** With a model each; the best of all is the first. */
export function ensembleCandidates({ tried, ranking }: Pick<SweepDetail, 'tried' | 'ranking'>): SweepTrial[] {
  const able = ranking
    .map((number) => tried[number]!)
    .filter(({ state, modelVersion }) => state === 'finished' && modelVersion !== null);
  const isFirst = (trial: SweepTrial) => able.find(({ template }) => template === trial.template) === trial;
  return [...able.filter(isFirst), ...able.filter((trial) => !isFirst(trial))].slice(0, MOST);
}
