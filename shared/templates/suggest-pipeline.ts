/** A pipeline that should do well on a dataset without further thought: the first that the advisor names. */
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import { adviseSome, type Question } from './advise.ts';

/** Throws AppError `invalid_data` when the target cannot be learnt, or no template fits. `suggestFeatures` says which columns it leaves out. */
export const suggestPipeline = (profile: DatasetProfile, question: Question): PipelineSpec =>
  adviseSome(profile, question)[0]!.spec;
