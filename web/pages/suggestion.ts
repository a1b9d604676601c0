/** The pipeline suggested for a target, or why there can be none. */

import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';

export type Suggestion = { spec: PipelineSpec; problem: null } | { spec: null; problem: string };

export function suggestionFor(profile: DatasetProfile, target: string): Suggestion {
  try {
    return { spec: suggestPipeline(profile, { target }), problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { spec: null, problem: messageOf(error) };
  }
}

/** A target that a person is likely to want: the column of classes that comes last, if one can be learnt. */
export function likelyTarget(profile: DatasetProfile): string | null {
  const learnable = profile.columns.filter(
    ({ name, type }) => type !== 'image' && suggestionFor(profile, name).spec,
  );
  const named = learnable.find(({ name }) => /^(target|label|class|species|y|outcome|survived)$/i.test(name));
  return (named ?? learnable.findLast(({ type }) => type === 'category') ?? learnable.at(-1))?.name ?? null;
}
