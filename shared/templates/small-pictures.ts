/** The pictures to be learnt from as what makes new ones takes them: at most so many pixels a side, which can be halved twice. */
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { Goal } from './template.ts';

export interface SmallPictures {
  feature: FeatureSpec;
  height: number;
  width: number;
  channels: 1 | 3;
}

/** Throws where no feature is a picture. */
export function smallPictures({ features }: Goal, sideMost: number): SmallPictures {
  const feature = features.find(({ steps }) => steps[0]?.type === 'image');
  const [step] = feature?.steps ?? [];
  if (!feature || step?.type !== 'image') throw new TypeError('no feature is a picture');
  const side = (pixels: number) => Math.max(4, 4 * Math.round(Math.min(pixels, sideMost) / 4));
  const [height, width] = [side(step.height), side(step.width)];
  const { channels } = step;
  return {
    ...{ height, width, channels },
    feature: {
      column: feature.column,
      steps: [{ type: 'image', height, width, channels, scale: 'zero-one' }],
    },
  };
}
