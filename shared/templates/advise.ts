/**
 * The advisor: which templates fit a dataset, in which order, why, at what cost, and where to train them. It judges by the profile
 * alone; what is best on the data at hand only training them tells.
 */
import { checkPipeline } from '../definition/check-pipeline.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { type FeatureSuggestion, suggestFeatures } from '../definition/suggest-features.ts';
import { taskOf } from '../definition/target-profile.ts';
import { AppError } from '../errors.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import { outputTaskOf, type Task } from '../schema/task.ts';
import { type Estimate, estimate, inWords } from './estimate.ts';
import { templates } from './list.ts';
import type { Goal, Template } from './template.ts';

/** What matters most: that it is right, that one can see why, or that it is ready soon. */
export const WISHES = ['accuracy', 'insight', 'speed'] as const;
export type Wish = (typeof WISHES)[number];

export interface Advice {
  template: Template;
  spec: PipelineSpec;
  estimate: Estimate;
  /** Where it is trained in bearable time. */
  place: 'tab' | 'runner';
  /** Whole sentences, the weightiest first. */
  reasons: string[];
}

export interface Question {
  /** Of a clustering or a search for anomalies: what the answer is to be called. */
  target: string;
  task?: Task | undefined;
  wish?: Wish;
  /** The sha256 of the files of weights that are at hand; default: none. */
  weights?: ReadonlySet<string>;
}

/** Longer than this is better left to a runner, seconds. */
const TAB_PATIENCE = 300;
/** Rows for each input below which a network mostly learns by heart. */
const ROWS_PER_INPUT = 10;

/** Best first. Throws AppError `invalid_data` where the target cannot be learnt. */
export function advise(
  profile: DatasetProfile,
  { target, task, wish = 'accuracy', weights = new Set() }: Question,
): Advice[] {
  const goal = goalOf(profile, target, task);
  return templates
    .filter((template) => isFor(template, task ?? goal.task))
    .filter((template) => template.misfit(goal) === null)
    .filter((template) => !template.weights || weights.has(template.weights.sha256))
    .map((template, order) => ({ ...consider(template, goal, wish), order }))
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ score: _, order: __, ...advice }) => advice);
}

/** The definition of a template for a dataset. Throws AppError `invalid_request` where it does not fit, saying why. */
export function fromTemplate(
  name: string,
  profile: DatasetProfile,
  { target, task }: Question,
): PipelineSpec {
  const template = templates.find((one) => one.name === name);
  if (!template) {
    const known = templates.map((one) => one.name).join(', ');
    throw new AppError('invalid_request', `there is no template "${name}"; expected one of ${known}`);
  }
  const wanted = task ?? (template.tasks && !template.tasks.some(isUsual) ? template.tasks[0] : undefined);
  const goal = goalOf(profile, target, wanted);
  if (!isFor(template, wanted ?? goal.task)) {
    throw new AppError(
      'invalid_request',
      `the template "${name}" is for ${tasksOf(template).join(' and ')}, not for ${wanted ?? goal.task}`,
    );
  }
  const misfit = template.misfit(goal);
  if (misfit) throw new AppError('invalid_request', `the template "${name}" ${misfit}`);
  return checked(template.build(goal), profile);
}

const USUAL: readonly Task[] = ['classification', 'regression'];
const isUsual = (task: Task): boolean => USUAL.includes(task);
const tasksOf = ({ tasks = USUAL }: Template): readonly Task[] => tasks;
const isFor = (template: Template, task: Task): boolean => tasksOf(template).includes(task);

function goalOf(profile: DatasetProfile, target: string, wanted?: Task): Goal {
  const task = outputTaskOf(taskOf(profile, target, wanted));
  const { features, skipped } = suggestFeatures(profile, target, task);
  if (features.length === 0) throw nothingToLearnFrom(target, skipped);
  return { profile, target, task, features };
}

function nothingToLearnFrom(target: string, skipped: FeatureSuggestion['skipped']): AppError {
  const reasons = skipped.map(({ column, reason }) => `"${column}" (${reason})`).slice(0, 20);
  return new AppError(
    'invalid_data',
    `no column is left to learn "${target}" from: ${reasons.join(', ') || 'it is the only one'}`,
  );
}

function consider(template: Template, goal: Goal, wish: Wish): Advice & { score: number } {
  const { profile } = goal;
  const spec = checked(template.build(goal), profile);
  const cost = estimate(spec, profile);
  const place = cost.seconds.tab <= TAB_PATIENCE ? 'tab' : 'runner';
  const reasons: string[] = [];
  let score = 0;
  if (wish === 'insight' && template.insight === 'weights') {
    score += 10;
    reasons.push('Its weights can be read: they say what each column does to the answer.');
  }
  if (wish === 'speed') {
    score -= Math.log10(cost.seconds.tab + 1);
    reasons.push(`It trains in ${inWords(cost.seconds.tab)} in a tab.`);
  }
  const scarce = profile.rows < ROWS_PER_INPUT * profile.columns.length;
  if (scarce && template.insight === 'weights') {
    score += wish === 'accuracy' ? 2 : 0;
    reasons.push(
      `There are ${profile.rows} rows for ${profile.columns.length - 1} columns: a simple model is less likely to learn them by heart.`,
    );
  }
  if (place === 'runner') {
    score -= 5;
    reasons.push(
      `A tab would take ${inWords(cost.seconds.tab)}; a runner ${inWords(cost.seconds.runner)}, less with a GPU.`,
    );
  }
  reasons.push(template.summary);
  return { template, spec, estimate: cost, place, reasons, score };
}

function checked(spec: PipelineSpec, profile: DatasetProfile): PipelineSpec {
  checkPipeline(spec, profile);
  return spec;
}
