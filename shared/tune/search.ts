/** The two kinds of search over one dataset: around one definition, or over all templates that fit. */
import * as z from 'zod';
import { type PipelineSpec, PipelineSpec as Spec } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import { METRICS, type MetricName } from '../schema/metric.ts';
import { type Objective, Objective as ObjectiveSpec, type Parameters, type Trial } from '../schema/sweep.ts';
import { Task } from '../schema/task.ts';
import { outputTask } from '../tasks/list.ts';
import { applyParameters } from './apply-parameters.ts';
import { type Candidate, candidatesFor } from './auto/candidates.ts';
import { nextInRace } from './auto/race.ts';
import { checkSweep } from './check-sweep.ts';
import { judgeTrial } from './judge-trial.ts';
import { suggestTrial } from './suggest-trial.ts';
import { SweepSpec } from './sweep-spec.ts';
import { isEnded, ranked } from './trial-cost.ts';

const DefinitionSearch = z.strictObject({
  kind: z.literal('definition'),
  /** What the parameters are written into. */
  pipeline: Spec,
  sweep: SweepSpec,
});

const TemplateSearch = z.strictObject({
  kind: z.literal('templates'),
  target: z.string().min(1).max(200),
  task: Task.optional(),
  /** Of validation rows; default: what the task is mostly judged by. */
  objective: ObjectiveSpec.optional(),
  /** Of training, of all trials together. */
  seconds: z.number().min(1).max(2_592_000),
  /** Trials that are trained at the same time, at most. */
  parallel: z.int().min(1).max(1000).default(1),
  seed: z.int().min(0).default(0),
});

export const Search = z.discriminatedUnion('kind', [DefinitionSearch, TemplateSearch]);
export type Search = z.infer<typeof Search>;

/** As it is kept: `template` says which one a trial is of. */
export type SearchTrial = Trial & { template: string | null };

export interface NextTrial {
  template: string | null;
  parameters: Parameters;
  epochs: number | null;
  from?: number;
}

/** Throws AppError where it cannot work on such data, naming the field, its value and what would be accepted. */
export function checkSearch(search: Search, profile: DatasetProfile): void {
  if (search.kind === 'definition') checkSweep(search.sweep, search.pipeline);
  else candidates(search, profile);
}

/** A pure function of the trials so far, all of them, in the order of their numbers. */
export function nextTrial(
  search: Search,
  trials: readonly SearchTrial[],
  profile: DatasetProfile,
): NextTrial | 'wait' | 'exhausted' {
  if (search.kind === 'definition') {
    const next = suggestTrial(search.sweep, trials);
    return typeof next === 'string' ? next : { ...next, template: null };
  }
  if (trials.filter((trial) => !isEnded(trial)).length >= search.parallel) return 'wait';
  const race = {
    ...{ seconds: search.seconds, seed: search.seed, objective: objectivesOf(search, profile)[0]! },
    candidates: candidates(search, profile),
  };
  const next = nextInRace(
    race,
    trials.map((trial) => ({ ...trial, template: trial.template ?? '' })),
  );
  return typeof next === 'string' ? next : { ...next, epochs: null };
}

/** Throws AppError `invalid_pipeline` where no definition comes of the trial's parameters. */
export function definitionOf(
  search: Search,
  { template, parameters }: Pick<NextTrial, 'template' | 'parameters'>,
  profile: DatasetProfile,
): PipelineSpec {
  if (search.kind === 'definition') return applyParameters(search.pipeline, search.sweep, parameters);
  const candidate = candidates(search, profile).find((one) => one.template === template);
  if (!candidate) throw new AppError('invalid_pipeline', `there is no template "${template}" any more`);
  return applyParameters(
    candidate.spec,
    { parameters: candidate.space, scheduler: { type: 'none' } },
    parameters,
  );
}

export const judge = (search: Search, trials: readonly Trial[], trial: Trial): 'continue' | 'stop' =>
  search.kind === 'definition' ? judgeTrial(search.sweep, trials, trial) : 'continue';

/** The first is what trials are judged by. */
export function objectivesOf(search: Search, profile: DatasetProfile): Objective[] {
  if (search.kind === 'definition') return search.sweep.objective;
  if (search.objective) return [search.objective];
  const metric: MetricName = outputTask(candidates(search, profile)[0]!.spec.task).curve ?? 'loss';
  return [{ metric, goal: METRICS[metric].better === 'less' ? 'minimize' : 'maximize' }];
}

/** Those that have ended, best first. */
export const bestFirst = <T extends Trial>(
  search: Search,
  trials: readonly T[],
  profile: DatasetProfile,
): T[] =>
  ranked(trials, {
    objectives: objectivesOf(search, profile),
    constraints: search.kind === 'definition' ? search.sweep.constraints : [],
  }) as T[];

type TemplateSearch = z.infer<typeof TemplateSearch>;
const candidates = ({ target, task, seconds }: TemplateSearch, profile: DatasetProfile): Candidate[] =>
  candidatesFor(profile, { target, task }, { seconds, place: 'runner' });
