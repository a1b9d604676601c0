/** A definition that begins with an imported model, for a dataset. */
import { checkPipeline } from '../definition/check-pipeline.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import { showShape } from '../graph/operator.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import type { ImportedModel } from './import-model.ts';

export interface Beginning {
  /** Of the file of its weights. */
  sha256: string;
  /** Whether its blocks keep their weights, so that the head alone learns. */
  frozen: boolean;
}

/**
 * `base`: a definition for the dataset, whose target, split and training it takes over, and whose features too where they are not
 * pictures. Throws AppError `invalid_pipeline` where the model does not fit the data.
 */
export function definitionFrom(
  { model, inputShape }: ImportedModel,
  { sha256, frozen }: Beginning,
  base: NetworkPipeline,
  profile: DatasetProfile,
): NetworkPipeline {
  const { loss: _, ...training } = base.training;
  const spec: NetworkPipeline = {
    ...base,
    features: base.features.map((feature) =>
      forPictures(feature, model[0]?.type === 'rescaling', inputShape),
    ),
    model: frozen ? model.map((entry) => ({ ...entry, frozen: true })) : model,
    initialWeights: sha256,
    training,
  };
  checkPipeline(spec, profile);
  return spec;
}

/** A model that rescales by itself takes pixels as they are; most others were trained on −1 … 1. */
function forPictures(feature: FeatureSpec, rescales: boolean, inputShape: readonly number[]): FeatureSpec {
  if (!feature.steps.some(({ type }) => type === 'image')) return feature;
  const [height, width, channels] = inputShape;
  if (inputShape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new AppError(
      'invalid_pipeline',
      `the model takes ${showShape(inputShape)}, and pictures are [height, width, 1 or 3]`,
    );
  }
  const scale = rescales ? 'none' : 'minus-one-one';
  return {
    ...feature,
    steps: [{ type: 'image', height: height!, width: width!, channels, scale, fit: 'crop' }],
  };
}
