/** What the advisor says of a target, or why nothing can be learnt. */
import { AppError, messageOf } from '../../shared/errors.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { type Task, UNSUPERVISED } from '../../shared/schema/task.ts';
import { type Advice, adviseSome, type Wish } from '../../shared/templates/advise.ts';

/** What the page's address says instead of a column where there are no answers to learn from. */
export const WITHOUT_ANSWERS: readonly {
  value: string;
  task: keyof typeof UNSUPERVISED;
  label: string;
  purpose: string;
}[] = [
  {
    value: ':clustering',
    task: 'clustering',
    label: 'Nothing: find groups of like rows',
    purpose: 'groups',
  },
  {
    value: ':anomaly-detection',
    task: 'anomaly-detection',
    label: 'Nothing: find what is unusual',
    purpose: 'what is unusual',
  },
  {
    value: ':image-generation',
    task: 'image-generation',
    label: 'Nothing: make new pictures like these',
    purpose: 'new pictures',
  },
];

/** The target that a definition names, and its task where that does not follow from the column. */
export function questionOf(chosen: string): { target: string; task?: Task } {
  const found = WITHOUT_ANSWERS.find(({ value }) => value === chosen);
  return found ? { target: UNSUPERVISED[found.task], task: found.task } : { target: chosen };
}

/** The same, as one would say it. */
export const purposeOf = (chosen: string): string =>
  WITHOUT_ANSWERS.find(({ value }) => value === chosen)?.purpose ?? chosen;

export type Suggestion = { advice: Advice[]; problem: null } | { advice: null; problem: string };

/** `weights`: the sha256 of the pretrained ones that the server has. */
export function suggestionFor(
  profile: DatasetProfile,
  target: string,
  wish?: Wish,
  weights: ReadonlySet<string> = new Set(),
): Suggestion {
  try {
    return {
      advice: adviseSome(profile, { ...questionOf(target), weights, ...(wish && { wish }) }),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { advice: null, problem: messageOf(error) };
  }
}

/** A target that a person is likely to want: the column of classes that comes last, if one can be learnt. */
export function likelyTarget(profile: DatasetProfile): string | null {
  const learnable = profile.columns.filter(({ name }) => suggestionFor(profile, name).advice);
  const named = learnable.find(({ name }) => /^(target|label|class|species|y|outcome|survived)$/i.test(name));
  return (named ?? learnable.findLast(({ type }) => type === 'category') ?? learnable.at(-1))?.name ?? null;
}
