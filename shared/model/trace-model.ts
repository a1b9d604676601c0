/** A model spec made into graphs: the forward pass with its output head, and the loss over it. */
import { AppError } from '../errors.ts';
import type { Graph, Shape } from '../graph/graph.ts';
import type { TensorRef, Tracer } from '../graph/ops.ts';
import { traceGraph } from '../graph/ops.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import { expandModel } from './backbones/expand-model.ts';
import type { Inputs, Scope } from './block.ts';
import { type FeaturePlace, takeFeature } from './feature-slices.ts';
import { type LossSpec, rowLosses } from './losses/list.ts';
import { requireSize } from './model-cost.ts';
import { entryName, sourcesOf } from './model-links.ts';
import { blockOf, type ModelSpec } from './model-spec.ts';
import { penalty } from './penalty.ts';

export interface ModelShape {
  /** Shape of one row of features. */
  inputShape: Shape;
  /** The features within such a row, for models that name them. */
  features?: readonly FeaturePlace[];
  /** Classes, or 1 for regression. */
  outputs: number;
}

export interface TraceOptions extends ModelShape {
  batch: number;
  training: boolean;
  /** Of dropout, while training. */
  seed?: number;
}

export interface LossOptions extends TraceOptions {
  task: OutputSpec['task'];
  /** Default: cross-entropy, or the squared error for regression. */
  loss?: LossSpec | undefined;
  /** One for each class, by which the losses of its rows are multiplied. */
  classWeights?: Float32Array | undefined;
  /** Times the sum of all kernels' squares, added to the loss. */
  l2?: number | undefined;
}

/**
 * Input `x` [batch, …inputShape]; output `y` [batch, outputs]: logits, or the standardised value.
 * Throws AppError `invalid_pipeline`, naming the block, where the blocks do not fit one another.
 */
export function traceModel(spec: ModelSpec, options: TraceOptions): Graph {
  return traceGraph((tracer) => ({ y: forward(tracer, spec, options) }));
}

/**
 * Inputs `x`, `target` [batch] (class indices are int32) and, where the blocks are random, `step`; output `loss`, a scalar:
 * the mean over the rows.
 */
export function traceLoss(spec: ModelSpec, { task, loss, classWeights, l2, ...options }: LossOptions): Graph {
  return traceGraph((tracer) => {
    const { ops } = tracer;
    const squares = penalty(tracer, l2);
    const y = forward(squares.tracer, spec, options);
    const target = tracer.input('target', [options.batch], task === 'classification' ? 'int32' : 'float32');
    const losses = rowLosses(ops, y, target, loss ?? task);
    const weighted = classWeights
      ? ops.multiply(losses, ops.gather(ops.constant(classWeights, [classWeights.length]), target))
      : losses;
    return { loss: squares.addTo(ops.mean(weighted, { axes: [0] })) };
  });
}

/** Input of a training graph that counts its steps: int32 []. */
export const STEP = 'step';

/** The head's name among the layers; its parameters are `output/kernel` and `output/bias`. */
export const HEAD = 'output';
export const HEAD_FLATTEN = 'output_flatten';

type Entry = ModelSpec[number];

/** What the head needs after a value with these axes: a flat row, and a linear dense layer to `outputs`. */
export function headOf(lastShape: Shape, outputs: number): { name: string; spec: Entry }[] {
  const dense = { name: HEAD, spec: { type: 'dense', units: outputs, activation: 'linear' } as const };
  return lastShape.length > 1 ? [{ name: HEAD_FLATTEN, spec: { type: 'flatten' } }, dense] : [dense];
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

type Mode = Pick<Scope, 'training' | 'seed' | 'step'>;

function forward(tracer: Tracer, spec: ModelSpec, options: TraceOptions): TensorRef {
  const { inputShape, outputs, batch, training, seed = 0 } = options;
  const x = tracer.input('x', [batch, ...inputShape]);
  let counter: TensorRef | undefined;
  const step = () => {
    counter ??= tracer.input(STEP, [], 'int32');
    return counter;
  };
  const last = traceEntries(tracer, x, spec, options, { training, seed, step }).at(-1) ?? x;
  return headOf(last.shape.slice(1), outputs).reduce(
    (value, { name, spec: block }) => applyBlock(tracer, [value], name, block, { training, seed, step }),
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
