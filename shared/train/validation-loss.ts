/**
 * The loss on the validation rows, which early stopping watches: the one that is trained, but without class weights and
 * regularisation, so that it tells of the rows as they are.
 */
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import type { Outcome } from '../evaluate/metric.ts';
import { rmse } from '../evaluate/rmse.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { traceGraph } from '../graph/ops.ts';
import { rowLosses } from '../model/losses/list.ts';
import type { ModelShape } from '../model/trace-model.ts';
import type { Rows } from './prepare-rows.ts';

/** Mean loss of the model's outputs for all of `rows`, [rows, outputs]. */
type ValidationLoss = (y: Float32Array, outcome: Outcome) => Promise<number>;

/** `std` is the target's, by which a regression's training loss is scaled; 1 for classes. */
export async function createValidationLoss(
  { task, training: { loss } }: Pick<NetworkPipeline, 'task' | 'training'>,
  { outputs }: ModelShape,
  rows: Rows,
  std: number,
): Promise<ValidationLoss> {
  if (!loss) return async (_, outcome) => usualLoss(outcome, std);
  const { count, target } = rows;
  const graph = traceGraph(({ ops, input }) => {
    const labels = input('target', [count], task === 'classification' ? 'int32' : 'float32');
    return { loss: ops.mean(rowLosses(ops, input('y', [count, outputs]), labels, loss), { axes: [0] }) };
  });
  // Once an epoch, over outputs that are on the host already: what runs everywhere will do.
  const program = await createPlainExecutor().compile(graph, new Map());
  return async (data) => {
    const inputs = { y: { shape: [count, outputs], data }, target: { shape: [count], data: target } };
    return (await program.run(inputs)).loss!.data[0]!;
  };
}

function usualLoss(outcome: Outcome, std: number): number {
  if (outcome.task === 'regression') return ((rmse.compute(outcome) ?? 0) / std) ** 2;
  return crossEntropy(outcome);
}

/** Mean of −log p(true class); a probability that float32 rounded to 0 counts as its smallest normal number. */
function crossEntropy({
  probabilities,
  classes,
  truth,
}: Extract<Outcome, { task: 'classification' }>): number {
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    const p = probabilities[row * classes + truth[row]!]!;
    total -= Math.log(Math.max(p, 2 ** -126));
  }
  return total / truth.length;
}
