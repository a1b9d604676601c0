/** The size that pictures are brought to by suggested features. */
import type { FeatureSpec } from '../pipeline/feature-spec.ts';

/** Height and width; throws where no feature is a picture. */
export function pictureSize(features: readonly FeatureSpec[]): [height: number, width: number] {
  for (const { steps } of features) {
    for (const step of steps) if (step.type === 'image') return [step.height, step.width];
  }
  throw new TypeError('no feature is a picture');
}
