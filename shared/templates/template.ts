/**
 * What a template is: a definition that is known to do well on one kind of data, made to fit the data at hand. Each template is one
 * file in this folder and one line in `list.ts`.
 */
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { holdsNames } from '../definition/text-column.ts';
import type { WeightFile } from '../model/weight-file.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import type { NetworkTask, Task } from '../schema/task.ts';

/** A dataset and what is wanted of it, after `goalOf` has checked that it can be learnt. */
export interface Goal {
  profile: DatasetProfile;
  target: string;
  /** Of the answer: classes, numbers, or new pictures. */
  task: NetworkTask;
  /** The columns that can be learnt from, as they are suggested. */
  features: readonly FeatureSpec[];
}

export interface Template {
  /** As on the command line: `table-network`. */
  name: string;
  title: string;
  /** One sentence for people. */
  summary: string;
  /** What the data must have. */
  needs: string;
  /** What it cannot do well. */
  limits: string;
  /** What it is for; default: to tell classes apart, and to predict numbers. */
  tasks?: readonly Task[];
  /** How far a person can follow why it answers as it does. */
  insight: 'weights' | 'none';
  /** What its definitions begin with. */
  weights?: WeightFile;
  /** Why it does not fit, in words that follow “it”; null if it does. */
  misfit(goal: Goal): string | null;
  /** Passes `checkPipeline` wherever it does not misfit. */
  build(goal: Goal): PipelineSpec;
}

/** Columns that are read as texts. */
export const textColumns = ({ features, profile }: Goal): string[] => {
  const names = new Set(
    profile.columns.filter((column) => holdsNames(profile, column)).map(({ name }) => name),
  );
  return [
    ...new Set(
      features
        .filter(({ steps }) => steps.some(({ type }) => type === 'tfidf' || type === 'tokens'))
        .map(({ column }) => column)
        .filter((column) => !names.has(column)),
    ),
  ];
};

export const hasTexts = (goal: Goal): boolean => textColumns(goal).length > 0;

export const hasPictures = ({ features }: Goal): boolean =>
  features.some(({ steps }) => steps.some(({ type }) => type === 'image'));

export const hasSounds = ({ features }: Goal): boolean =>
  features.some(({ steps }) => steps.some(({ type }) => type === 'spectrogram' || type === 'mfcc'));

/** Why what is for tables does not fit. */
export const beyondTables = (goal: Goal): string | null =>
  hasPictures(goal) || hasTexts(goal) || hasSounds(goal)
    ? 'learns from numbers and categories, not from pictures, sounds or texts'
    : null;

/** Trees ask whether a number is above another: its scale is nothing to them, and that it is missing they can ask too. */
export const forTrees = (features: readonly FeatureSpec[]): FeatureSpec[] =>
  features.map((feature) => ({
    ...feature,
    steps: feature.steps
      .filter(({ type }) => type !== 'standardise')
      .map((step) =>
        step.type === 'impute' && step.strategy === 'median' ? { ...step, strategy: 'out-of-range' } : step,
      ),
  }));

/** Runs of two letters are words in Chinese, and endings elsewhere. */
const LETTERS = {
  type: 'tfidf' as const,
  analyzer: 'characters' as const,
  ngrams: [2, 4] as [number, number],
  maxFeatures: 4000,
  minCount: 2,
};

/** Above this many rows words are met often enough to speak for themselves. */
const LETTERS_ROWS = 10_000;

/**
 * Texts by their words and, where rows are few, by runs of letters too: those of one word are found again in another form of it, and
 * in one that is misspelt.
 */
export function withLetters({ features, profile: { rows } }: Goal): FeatureSpec[] {
  if (rows > LETTERS_ROWS) return [...features];
  return features.flatMap((feature): FeatureSpec[] => {
    if (!feature.steps.some(({ type }) => type === 'tfidf')) return [feature];
    return [feature, { column: feature.column, name: `${feature.column} letters`, steps: [LETTERS] }];
  });
}

/** The letters in place of the words. */
export const lettersOnly = ({ features }: Goal): FeatureSpec[] =>
  features.map((feature) => ({
    ...feature,
    steps: feature.steps.map((step) => (step.type === 'tfidf' ? LETTERS : step)),
  }));
