/** What the pipeline's features and output ask of the model. */
import { type ModelShape, withHead } from '../model/trace-model.ts';
import { featureShapes } from '../pipeline/feature-shapes.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import { outputTask } from '../tasks/list.ts';

export const modelShapeOf = ({
  features,
  outputShape,
  output,
}: Pick<FittedPipeline, 'features' | 'outputShape' | 'output'>): ModelShape =>
  withHead(
    { inputShape: outputShape, features: featureShapes(features) },
    outputTask(output.task).head(output),
  );
