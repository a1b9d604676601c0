/**
 * The loss on the validation rows, which early stopping watches: the one that is trained, but without class weights and
 * regularisation, so that it tells of the rows as they are.
 */
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import type { Outcome } from '../evaluate/metric.ts';
import { rmse } from '../evaluate/rmse.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import type { Shape } from '../graph/graph.ts';
import { traceGraph } from '../graph/ops.ts';
import { defaultLoss, rowLosses } from '../model/losses/list.ts';
import { objectiveOf } from '../model/objectives/list.ts';
import type { Rows } from './prepare-rows.ts';

/** Mean loss of all of `rows`, for what their evaluation took off the device. */
type ValidationLoss = (y: Float32Array, outcome: Outcome) => Promise<number>;

/** `std` is the target's, by which a regression's training loss is scaled; 1 for classes. */
export async function createValidationLoss(
  { task, training: { loss } }: Pick<NetworkPipeline, 'task' | 'training'>,
  yShape: Shape,
  { count, target }: Rows,
  std: number,
): Promise<ValidationLoss> {
  if (objectiveOf(task).digest) return async (digests) => meanOfFirst(digests, count);
  if (!loss && (task === 'classification' || task === 'regression'))
    return async (_, outcome) => usualLoss(outcome, std);
  const { shape, data: answers } = target!;
  const graph = traceGraph(({ ops, input }) => {
    const dtype = answers instanceof Int32Array ? 'int32' : 'float32';
    const truth = input('target', [count, ...shape], dtype);
    const losses = rowLosses(ops, input('y', [count, ...yShape]), truth, loss ?? defaultLoss(task));
    return { loss: ops.mean(losses, { axes: [0] }) };
  });
  // Once an epoch, over outputs that are on the host already: what runs everywhere will do.
  const program = await createPlainExecutor().compile(graph, new Map());
  return async (data) => {
    const inputs = {
      y: { shape: [count, ...yShape], data },
      target: { shape: [count, ...shape], data: answers },
    };
    return (await program.run(inputs)).loss!.data[0]!;
  };
}

/** Of each row's numbers the first is its loss. */
function meanOfFirst(digests: Float32Array, count: number): number {
  const width = digests.length / count;
  let total = 0;
  for (let row = 0; row < count; row++) total += digests[row * width]!;
  return total / count;
}

function usualLoss(outcome: Outcome, std: number): number {
  if (outcome.task === 'regression') return ((rmse.compute(outcome) ?? 0) / std) ** 2;
  return crossEntropy(outcome as Classified);
}

type Classified = Extract<Outcome, { task: 'classification' }>;

/** Mean of −log p(true class); a probability that float32 rounded to 0 counts as its smallest normal number. */
function crossEntropy({ probabilities, classes, truth }: Classified): number {
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    const p = probabilities[row * classes + truth[row]!]!;
    total -= Math.log(Math.max(p, 2 ** -126));
  }
  return total / truth.length;
}
