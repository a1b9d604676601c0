/**
 * What a template is: a definition that is known to do well on one kind of data, made to fit the data at hand. Each template is one
 * file in this folder and one line in `list.ts`.
 */
import type { PipelineSpec, Task } from '../definition/pipeline-spec.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';

/** A dataset and what is wanted of it, after `goalOf` has checked that it can be learnt. */
export interface Goal {
  profile: DatasetProfile;
  target: string;
  task: Task;
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
  /** How far a person can follow why it answers as it does. */
  insight: 'weights' | 'none';
  /** Why it does not fit, in words that follow “it”; null if it does. */
  misfit(goal: Goal): string | null;
  /** Passes `checkPipeline` wherever it does not misfit. */
  build(goal: Goal): PipelineSpec;
}

export const hasTexts = ({ features }: Goal): boolean =>
  features.some(({ steps }) => steps.some(({ type }) => type === 'tfidf' || type === 'tokens'));

export const hasPictures = ({ features }: Goal): boolean =>
  features.some(({ steps }) => steps.some(({ type }) => type === 'image'));

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
