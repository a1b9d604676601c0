/** What the pipeline's output asks of the model. */
import type { ModelShape } from '../model/trace-model.ts';
import { featureShapes } from '../pipeline/feature-shapes.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';

export function modelShapeOf({
  features,
  outputShape,
  output,
}: Pick<FittedPipeline, 'features' | 'outputShape' | 'output'>): ModelShape {
  return {
    inputShape: outputShape,
    features: featureShapes(features),
    outputs: output.task === 'classification' ? output.classes.length : 1,
  };
}
