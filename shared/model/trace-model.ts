/** A model spec made into graphs: the forward pass with its output head, and the loss over it. */
import { AppError } from '../errors.ts';
import type { DType, Graph, Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { TensorRef, Tracer } from '../graph/ops.ts';
import { traceGraph } from '../graph/ops.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import { expandModel } from './backbones/expand-model.ts';
import type { Inputs, Scope } from './block.ts';
import { type FeaturePlace, takeFeature } from './feature-slices.ts';
import { defaultLoss, type LossSpec } from './losses/list.ts';
import { requireSize } from './model-cost.ts';
import { entryName, sourcesOf } from './model-links.ts';
import { blockOf, type ModelSpec } from './model-spec.ts';
import { objectiveOf } from './objectives/list.ts';
import type { ObjectiveScope } from './objectives/objective.ts';
import { penalty } from './penalty.ts';

/** What comes last, a linear dense layer. */
export interface HeadShape {
  /** Numbers that it gives: one for each class, or 1 for a number. */
  outputs: number;
  /** It stands on each place of the body's value (cells of a grid, words, pixels), not on all of it at once. */
  perPlace?: boolean;
  /** What the body takes behind the row's features, under a name as theirs are. */
  alsoTakes?: FeaturePlace;
}

export interface ModelShape extends HeadShape {
  /** Shape of one row of what the body takes. */
  inputShape: Shape;
  /** The features within such a row, for models that name them. */
  features?: readonly FeaturePlace[];
}

/** A head, and what the body takes where that is not simply the features. */
export type Head = HeadShape & Partial<Pick<ModelShape, 'inputShape' | 'features'>>;

/** What the body takes and what stands on it, of features and a head. */
export const withHead = (row: Pick<ModelShape, 'inputShape' | 'features'>, head: Head): ModelShape => ({
  inputShape: head.alsoTakes ? [sizeOf(row.inputShape) + sizeOf(head.alsoTakes.shape)] : row.inputShape,
  features: [...(row.features ?? []), ...(head.alsoTakes ? [head.alsoTakes] : [])],
  ...head,
});

export interface TraceOptions extends ModelShape {
  batch: number;
  training: boolean;
  /** Of dropout, while training. */
  seed?: number;
}

/** A row with its answer. */
export interface ExampleShape {
  task: OutputSpec['task'];
  /** Shape of one row of features, where the objective makes another of it for the body. */
  rowShape?: Shape;
  /** Null where there are no answers. */
  target: { shape: Shape; dtype: DType } | null;
  /** Default: the usual one of the task. */
  loss?: LossSpec | undefined;
}

export interface LossOptions extends TraceOptions, ExampleShape {
  /** One for each class, by which the losses of its rows are multiplied. */
  classWeights?: Float32Array | undefined;
  /** Times the sum of all kernels' squares, added to the loss. */
  l2?: number | undefined;
}

/**
 * Input `x` [batch, …inputShape]; output `y` [batch, outputs] or [batch, …places, outputs]: logits, or the standardised value.
 * Throws AppError `invalid_pipeline`, naming the block, where the blocks do not fit one another.
 */
export function traceModel(spec: ModelSpec, options: TraceOptions): Graph {
  return traceGraph((tracer) => {
    const x = tracer.input('x', [options.batch, ...options.inputShape]);
    return { y: forward(tracer, x, spec, options, stepOf(tracer)) };
  });
}

/**
 * Inputs `x`, `target` [batch, …] (class indices are int32), `group` [batch] where the loss ranks and `step` where blocks are random; output `loss`, a scalar:
 * the mean over the rows.
 */
export function traceLoss(spec: ModelSpec, { classWeights, l2, ...options }: LossOptions): Graph {
  return traceGraph((tracer) => {
    const { ops } = tracer;
    const squares = penalty(tracer, l2);
    const scope = objectiveScope(squares.tracer, spec, options, stepOf(tracer));
    const losses = scope.withAdded(objectiveOf(options.task).losses(scope));
    const weighted = classWeights
      ? ops.multiply(losses, ops.gather(ops.constant(classWeights, [classWeights.length]), scope.target()))
      : losses;
    return { loss: squares.addTo(ops.mean(weighted, { axes: [0] })) };
  });
}

/** What a prediction runs: input `x` [batch, …inputShape], output `y` [batch, …]: the model's, unless the objective answers otherwise. */
export function traceAnswer(
  spec: ModelSpec,
  { task, ...options }: Omit<TraceOptions, 'training'> & Pick<ExampleShape, 'task'>,
): Graph {
  const { answer } = objectiveOf(task);
  if (!answer) return traceModel(spec, { ...options, training: false });
  return traceGraph((tracer) => {
    const x = tracer.input('x', [options.batch, ...options.inputShape]);
    const model = (x: TensorRef) => forward(tracer, x, spec, { ...options, training: false }, stepOf(tracer));
    return { y: answer({ ops: tracer.ops, x, model }) };
  });
}

/** Input `x`, and `target` where the objective's digest asks for it; output `y` [batch, …]: that digest, else the model's output. */
export function traceEvaluation(spec: ModelSpec, options: Omit<LossOptions, 'training'>): Graph {
  return traceGraph((tracer) => {
    const step = () => tracer.ops.constant(Int32Array.of(0), []);
    const scope = objectiveScope(tracer, spec, { ...options, training: false }, step);
    const { digest } = objectiveOf(options.task);
    return {
      y: digest ? digest(scope) : forward(tracer, scope.x, spec, { ...options, training: false }, step),
    };
  });
}

function objectiveScope(
  tracer: Tracer,
  spec: ModelSpec,
  options: TraceOptions & ExampleShape,
  step: () => TensorRef,
): ObjectiveScope {
  const { batch, task, target, loss = defaultLoss(task), seed = 0 } = options;
  const added: TensorRef[] = [];
  const addLoss = (losses: TensorRef) => void added.push(losses);
  return {
    ops: tracer.ops,
    x: tracer.input('x', [batch, ...(options.rowShape ?? options.inputShape)]),
    target: once(() => tracer.input('target', [batch, ...target!.shape], target!.dtype)),
    group: once(() => tracer.input('group', [batch])),
    model: (x) => forward(tracer, x, spec, { ...options, addLoss }, step),
    withAdded: (losses) => added.reduce((sum, more) => tracer.ops.add(sum, more), losses),
    step,
    seed,
    loss,
  };
}

/** The input that counts steps, which is there only if something asks for it. */
const stepOf = (tracer: Tracer) => once(() => tracer.input(STEP, [], 'int32'));

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Input of a training graph that counts its steps: int32 []. */
export const STEP = 'step';

/** The head's name among the layers; its parameters are `output/kernel` and `output/bias`. */
export const HEAD = 'output';
export const HEAD_FLATTEN = 'output_flatten';

type Entry = ModelSpec[number];

const PIXEL_BY_PIXEL = {
  type: 'conv2d',
  kernelSize: 1,
  stride: 1,
  padding: 'same',
  activation: 'linear',
} as const;

/**
 * What the head needs after a value with these axes: a flat row, unless it answers for each place, and a linear dense layer, which
 * on pictures is a convolution of single pixels.
 */
export function headOf(lastShape: Shape, { outputs, perPlace }: HeadShape): { name: string; spec: Entry }[] {
  if (perPlace && lastShape.length === 3)
    return [{ name: HEAD, spec: { ...PIXEL_BY_PIXEL, filters: outputs } }];
  const dense = { name: HEAD, spec: { type: 'dense', units: outputs, activation: 'linear' } as const };
  const isFlat = lastShape.length <= 1 || perPlace;
  return isFlat ? [dense] : [{ name: HEAD_FLATTEN, spec: { type: 'flatten' } }, dense];
}

/** The model without its head: input `x` [batch, …inputShape], output `y`, as it runs when it predicts. */
export function traceBody(
  spec: ModelSpec,
  { inputShape, features, batch }: Pick<ModelShape, 'inputShape' | 'features'> & { batch: number },
): Graph {
  return traceGraph((tracer) => {
    const x = tracer.input('x', [batch, ...inputShape]);
    const mode = { training: false, seed: 0, step: () => x };
    return { y: traceEntries(tracer, x, spec, { features }, mode).at(-1) ?? x };
  });
}

/** Of one row of what the head stands on. Throws as `traceModel` does. */
export function bodyShape(spec: ModelSpec, shape: Pick<ModelShape, 'inputShape' | 'features'>): Shape {
  const { nodes, outputs } = traceBody(spec, { ...shape, batch: 1 });
  return nodes[outputs[0]!.node]!.shape.slice(1);
}

/** Shape of one row after each entry of a model without backbones. Throws as `traceModel` does. */
export function entryShapes(spec: ModelSpec, shape: ModelShape): Shape[] {
  let values: readonly TensorRef[] = [];
  traceGraph((tracer) => {
    const x = tracer.input('x', [1, ...shape.inputShape]);
    values = traceEntries(tracer, x, spec, shape, { training: false, seed: 0, step: () => x });
    return {};
  });
  return values.map((value) => value.shape.slice(1));
}

type Mode = Pick<Scope, 'training' | 'seed' | 'step' | 'addLoss'>;

function forward(
  tracer: Tracer,
  x: TensorRef,
  spec: ModelSpec,
  { training, seed = 0, addLoss, ...shape }: TraceOptions & Pick<Scope, 'addLoss'>,
  step: () => TensorRef,
): TensorRef {
  const mode = { training, seed, step, addLoss };
  const last = traceEntries(tracer, x, spec, shape, mode).at(-1) ?? x;
  return headOf(last.shape.slice(1), shape).reduce(
    (value, { name, spec: block }) => applyBlock(tracer, [value], name, block, mode),
    last,
  );
}

/** What each entry gives, or each block of those that are backbones. */
export function traceEntries(
  tracer: Tracer,
  x: TensorRef,
  model: ModelSpec,
  { features = [] }: { features?: ModelShape['features'] | undefined },
  mode: Mode,
): TensorRef[] {
  const spec = expandModel(model);
  const values: TensorRef[] = [];
  for (const [place, entry] of spec.entries()) {
    const name = entryName(entry, place);
    const value = naming(name, place, () => {
      const inputs = sourcesOf(spec, place).map((source, i) => {
        if (source === 'x') return x;
        if (source && 'entry' in source) return values[source.entry]!;
        if (source) return takeFeature(tracer.ops, x, features, source.column);
        throw new AppError('invalid_pipeline', `no entry before it is named "${entry.inputs![i]}"`);
      });
      return applyBlock(tracer, inputs as unknown as Inputs, name, entry, {
        ...mode,
        seed: mode.seed + place,
      });
    });
    values.push(value);
  }
  return values;
}

function applyBlock(
  { ops, parameter, update }: Tracer,
  inputs: Inputs,
  name: string,
  spec: Entry,
  mode: Mode,
): TensorRef {
  const frozen = spec.frozen === true;
  const value = blockOf(spec).forward(ops, inputs, spec, {
    ...mode,
    training: mode.training && !frozen,
    update: frozen ? () => {} : update,
    parameter: (part, shape, initializer, options) =>
      parameter(`${name}/${part}`, shape, initializer, frozen ? { ...options, trainable: false } : options),
  });
  requireSize(value);
  return value;
}

/** Errors of `work` with the block they are about. */
function naming<T>(name: string, place: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `model block "${name}": ${error.message}`, {
      details: { block: name, place },
      cause: error,
    });
  }
}
