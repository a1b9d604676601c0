/** How much the rows of each class count in the training loss. */
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { Targets } from '../tasks/output-task.ts';

/**
 * For `balanced` rows ÷ (classes · rows of the class), so that all classes together count alike and the mean weight is 1; else
 * undefined. `target`: class indices of the training rows, a class that is in none of them, as at some participants of an averaged training,
 * weighs nothing.
 */
export function classWeightsOf(
  { training }: Pick<PipelineSpec, 'training'>,
  output: OutputSpec,
  target: Targets | null,
): Float32Array | undefined {
  if (training.classWeights !== 'balanced' || output.task !== 'classification' || !target) return undefined;
  const counts = new Float32Array(output.classes.length);
  for (const place of target.data) counts[place]! += 1;
  return counts.map((count) => (count > 0 ? target.data.length / (counts.length * count) : 0));
}
