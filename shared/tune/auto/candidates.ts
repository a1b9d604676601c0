/** What an automatic search begins with: the templates that fit a dataset, as the advisor ranks them, and where to look around each. */
import type { PipelineSpec } from '../../definition/pipeline-spec.ts';
import type { DatasetProfile } from '../../schema/dataset.ts';
import type { Place } from '../../schema/run.ts';
import { adviseSome, type Question } from '../../templates/advise.ts';
import type { Space } from '../search-space.ts';
import { suggestSpace } from '../suggest-space.ts';

export interface Candidate {
  template: string;
  /** As the template has it. */
  spec: PipelineSpec;
  space: Space;
  /** Of one training, about. */
  seconds: number;
}

/** A template that takes more than this share of the time leaves too little for the others. */
const SHARE_MOST = 0.5;

/**
 * Best first by the profile alone; those that the time allows, or the quickest where it allows none. Throws AppError `invalid_data` where no
 * template fits.
 */
export function candidatesFor(
  profile: DatasetProfile,
  question: Question,
  { seconds, place }: { seconds: number; place: Place },
): Candidate[] {
  const all = adviseSome(profile, question).map(
    ({ template, spec, estimate }): Candidate => ({
      ...{ template: template.name, spec, space: suggestSpace(spec) },
      seconds: estimate.seconds[place === 'browser' ? 'tab' : 'runner'],
    }),
  );
  const affordable = all.filter((one) => one.seconds <= SHARE_MOST * seconds);
  if (affordable.length > 0) return affordable;
  return [all.reduce((least, one) => (one.seconds < least.seconds ? one : least))];
}
