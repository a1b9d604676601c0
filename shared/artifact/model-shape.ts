/** What the pipeline's features and output ask of the model. */
import { isNetwork, type PipelineSpec } from '../definition/pipeline-spec.ts';
import type { Shape } from '../graph/graph.ts';
import { bodyShape, type ModelShape, withHead } from '../model/trace-model.ts';
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

/** Of what the head stands on, where it answers for each place; else []. */
export function placesOf(spec: PipelineSpec, fitted: FittedPipeline): Shape {
  const shape = modelShapeOf(fitted);
  return isNetwork(spec) && shape.perPlace ? bodyShape(spec.model, shape).slice(0, -1) : [];
}
