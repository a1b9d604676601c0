/** How much the rows of each class count in the training loss. */
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { Targets } from '../tasks/output-task.ts';

/**
 * For `balanced` rows ÷ (classes · rows of the class), so that all classes together count alike and the mean weight is 1; else
 * undefined. `target`: class indices of the training rows, each class at least once.
 */
export function classWeightsOf(
  { training }: Pick<PipelineSpec, 'training'>,
  output: OutputSpec,
  target: Targets | null,
): Float32Array | undefined {
  if (training.classWeights !== 'balanced' || output.task !== 'classification' || !target) return undefined;
  const counts = new Float32Array(output.classes.length);
  for (const place of target.data) counts[place]! += 1;
  return counts.map((count) => target.data.length / (counts.length * count));
}
