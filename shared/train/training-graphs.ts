/** The two graphs of a training: the step, which takes its batches from rows on the device, and the model for evaluating. */
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { rateFactor } from '../definition/schedules/list.ts';
import type { ParameterValues, Values } from '../executors/executor.ts';
import { type FlatLayout, flatten, unflatten, WEIGHTS } from '../graph/flat-parameters.ts';
import type { Graph, TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { optimizerOf } from '../graph/optimizers/list.ts';
import { OFFSET, withResidentRows } from '../graph/resident-rows.ts';
import { SHARE, type TrainStep, trainStep, withFlatWeights } from '../graph/train-step.ts';
import {
  type ExampleShape,
  type ModelShape,
  STEP,
  traceEvaluation,
  traceLoss,
  traceModel,
} from '../model/trace-model.ts';
import { firstValues } from './initial-weights.ts';

export interface TrainingGraphs {
  step: TrainStep;
  /** `traceEvaluation` of as many rows as are evaluated at once. Reads what `model` names. */
  evaluate: Graph;
  /** Parameters that make the model: `weights`, and what the optimiser leaves alone. */
  model: readonly string[];
  /** Of those what a step changes: `weights`, and statistics such as moving means. */
  learnt: readonly string[];
  /** First values of `model` and of the optimiser's slots. */
  initial: Values;
  layout: FlatLayout;
  /** The schedule's, for the step after `done` others. */
  learningRate(done: number): number;
  /** The model's parameters by their own names, out of the values of `model`. */
  parametersOf(values: Values): Map<string, TensorValue>;
  /**
   * Inputs of `count` steps, from step `first` (from 0) on; their rows lie in `order` one after the other from `offset`. The
   * schedule's learning rate is multiplied by `rate`, 1 unless told.
   */
  inputs(
    first: number,
    count: number,
    offset: number,
    rate?: number,
  ): Record<string, Float32Array | Int32Array>;
}

export interface GraphSizes {
  batch: number;
  /** Rows that are evaluated. */
  evaluationRows: number;
  /** Of those at once, at most; by default as many as are no burden. */
  evaluationMost?: number | undefined;
  /** See `withResidentRows`. */
  rows: number;
  orderLength: number;
  stepsPerEpoch: number;
  /** One for each class, by which the losses of its rows are multiplied. */
  classWeights?: Float32Array | undefined;
}

/** What a row is for the model, and its answer. */
export interface Examples {
  shape: ModelShape;
  rowShape?: ExampleShape['rowShape'];
  target: ExampleShape['target'];
}

/** `given`: weights that it begins with, by name. */
export function trainingGraphs(
  { task, model, training }: NetworkPipeline,
  { shape, ...row }: Examples,
  given: ParameterValues,
  { batch, evaluationRows, evaluationMost, stepsPerEpoch, classWeights, ...held }: GraphSizes,
): TrainingGraphs {
  const { seed, loss: lossSpec, l2, optimizer, schedule, accumulate = 1 } = training;
  const example = { ...shape, ...row, task, loss: lossSpec, seed };
  const loss = traceLoss(model, { ...example, batch, training: true, classWeights, l2 });
  const forward = traceModel(model, { ...shape, batch: 1, training: false });
  // where the head answers for each place its outputs are large: as many rows as a training step has do fit
  const evaluationBatch = Math.min(evaluationRows, evaluationMost ?? rowsAtOnce(forward));
  const evaluation = traceEvaluation(model, { ...example, batch: evaluationBatch });
  const step = trainStep(withResidentRows(loss, held), optimizer, {
    gradientNorm: true,
    accumulates: accumulate > 1,
  });
  const moves = accumulation(accumulate, stepsPerEpoch);
  const totalSteps = training.epochs * stepsPerEpoch;
  const learningRate = (done: number) => {
    const factor = schedule ? rateFactor(schedule, { step: done, totalSteps, stepsPerEpoch }) : 1;
    return optimizer.learningRate * factor;
  };
  /** Scalars for the step after `done` others. */
  const scalarsAt = (done: number, rate: number): Record<string, number> => {
    const { share, move } = moves(done);
    const now = { ...optimizer, learningRate: learningRate(done) * rate };
    return { ...optimizerOf(optimizer).scalars(now, move), [SHARE]: share };
  };
  const { layout } = step;
  const kept = forward.parameters.filter(({ trainable }) => !trainable).map(({ name }) => name);
  const updated = new Set(step.graph.updates.map(({ parameter }) => parameter));
  const first = firstValues(forward, seed, given);
  const flat = (data: Float32Array): TensorValue => ({ shape: [layout.size], data });
  return {
    step,
    layout,
    learningRate,
    evaluate: withFlatWeights(evaluation),
    model: [WEIGHTS, ...kept],
    learnt: [WEIGHTS, ...kept.filter((name) => updated.has(name))],
    initial: new Map([
      [WEIGHTS, flat(flatten(layout, first))],
      ...kept.map((name) => [name, first.get(name)!] as const),
      ...step.slots.map((name) => [name, flat(new Float32Array(layout.size))] as const),
    ]),
    parametersOf(values) {
      const parts = unflatten(layout, values.get(WEIGHTS)!.data as Float32Array);
      return new Map(
        forward.parameters.map(({ name }) => [name, parts.get(name) ?? (values.get(name) as TensorValue)]),
      );
    },
    inputs(first, count, offset, rate = 1) {
      const scalars = Array.from({ length: count }, (_, i) => scalarsAt(first + i, rate));
      const inputs: Record<string, Float32Array | Int32Array> = {
        [OFFSET]: Int32Array.from({ length: count }, (_, i) => offset + i * batch),
        [STEP]: Int32Array.from({ length: count }, (_, i) => first + i),
      };
      for (const name of Object.keys(scalars[0]!)) inputs[name] = Float32Array.from(scalars, (s) => s[name]!);
      // only what this graph asks for: without dropout it has no `step`
      return Object.fromEntries(step.graph.inputs.map(({ name }) => [name, inputs[name]!]));
    },
  };
}

/** Rows that are evaluated at once, unless they are small. */
const EVALUATION_BATCH = 256;
/** Numbers that the largest value of an evaluation has then: half a megabyte, which a cache holds. */
const EVALUATION_VALUES = 2 ** 17;

/** `forward`: of one row. */
function rowsAtOnce({ nodes }: Graph): number {
  const largest = nodes.reduce(
    (most, { op, shape }) => (op === 'parameter' ? most : Math.max(most, sizeOf(shape))),
    1,
  );
  return Math.max(EVALUATION_BATCH, Math.floor(EVALUATION_VALUES / largest));
}

/**
 * Of the step after `done` others: which move of the weights it belongs to, counted from 1, and what the sum of the gradients is then
 * multiplied by; 0 while it grows. What is left at the end of an epoch moves them too.
 */
function accumulation(
  accumulate: number,
  stepsPerEpoch: number,
): (done: number) => { share: number; move: number } {
  const movesPerEpoch = Math.ceil(stepsPerEpoch / accumulate);
  return (done) => {
    const inEpoch = done % stepsPerEpoch;
    const summed = (inEpoch % accumulate) + 1;
    const isLast = summed === accumulate || inEpoch === stepsPerEpoch - 1;
    const before = Math.floor(done / stepsPerEpoch) * movesPerEpoch + Math.floor(inEpoch / accumulate);
    return { share: isLast ? 1 / summed : 0, move: before + 1 };
  };
}
