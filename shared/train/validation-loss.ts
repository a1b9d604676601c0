/**
 * The loss on the validation rows, which early stopping watches: the one that is trained, but without class weights and
 * regularisation, so that it tells of the rows as they are.
 */
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import type { Outcome } from '../evaluate/metric.ts';
import { rmse } from '../evaluate/rmse.ts';
import type { Program } from '../executors/executor.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import type { Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { traceGraph } from '../graph/ops.ts';
import { defaultLoss, type LossSpec, ranksRows, rowLosses } from '../model/losses/list.ts';
import { objectiveOf } from '../model/objectives/list.ts';
import { byGroup } from './epoch-order.ts';
import type { Rows } from './prepare-rows.ts';

/** Rows that a loss is worked out for at once. */
const PIECE = 256;

/** Mean loss of all of `rows`, for what their evaluation took off the device. */
type ValidationLoss = (y: Float32Array, outcome: Outcome) => Promise<number>;

/** `std` is the target's, by which a regression's training loss is scaled; 1 for classes. */
export async function createValidationLoss(
  { task, training: { loss } }: Pick<NetworkPipeline, 'task' | 'training'>,
  yShape: Shape,
  rows: Rows,
  std: number,
): Promise<ValidationLoss> {
  if (objectiveOf(task).digest) return async (digests) => meanOfFirst(digests, rows.count);
  if (!loss && (task === 'classification' || task === 'regression'))
    return async (_, outcome) => usualLoss(outcome, std);
  return lossOfOutputs(loss ?? defaultLoss(task), yShape, rows);
}

/** Worked out by the loss's own graph, in pieces as large as a batch, since some losses compare the rows of one. */
function lossOfOutputs(loss: LossSpec, yShape: Shape, { count, target, groups }: Rows): ValidationLoss {
  const places = Uint32Array.from({ length: count }, (_, row) => row);
  const order = groups && ranksRows(loss) ? byGroup(places, groups) : places;
  const { shape, data: answers } = target!;
  const isPlaces = answers instanceof Int32Array;
  const programs = new Map<number, Promise<Program>>();
  const programFor = (size: number) => {
    const graph = traceGraph(({ ops, input }) => {
      const y = input('y', [size, ...yShape]);
      const truth = input('target', [size, ...shape], isPlaces ? 'int32' : 'float32');
      const losses = rowLosses(ops, y, truth, loss, () => input('group', [size]));
      return { loss: ops.sum(losses, { axes: [0] }) };
    });
    // Once an epoch, over outputs that are on the host already: what runs everywhere will do.
    const program = programs.get(size) ?? createPlainExecutor().compile(graph, new Map());
    programs.set(size, program);
    return program;
  };
  return async (y) => {
    let total = 0;
    for (let start = 0; start < count; start += PIECE) {
      const rows = order.subarray(start, start + PIECE);
      const inputs = {
        y: { shape: [rows.length, ...yShape], data: pick(y, rows, sizeOf(yShape)) },
        target: { shape: [rows.length, ...shape], data: pick(answers, rows, sizeOf(shape)) },
        ...(groups &&
          ranksRows(loss) && {
            group: { shape: [rows.length], data: Float32Array.from(pick(groups, rows, 1)) },
          }),
      };
      total += (await (await programFor(rows.length)).run(inputs)).loss!.data[0]!;
    }
    return total / count;
  };
}

function pick<T extends Float32Array | Int32Array>(values: T, rows: Uint32Array, width: number): T {
  const picked = values.slice(0, rows.length * width) as T;
  rows.forEach((row, i) => {
    picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return picked;
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
