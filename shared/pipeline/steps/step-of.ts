/** From a definition's step to what it does. */
import type { FeatureStepSpec } from '../feature-spec.ts';
import type { FeatureStep } from '../step.ts';
import { STEPS } from './list.ts';

const byType = new Map<string, FeatureStep>(STEPS.map((step) => [step.type, step]));

/** The step that a spec names. */
export function stepOf(spec: Pick<FeatureStepSpec, 'type'>): FeatureStep {
  return byType.get(spec.type) as FeatureStep;
}
