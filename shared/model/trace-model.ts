/** A model spec made into graphs: the forward pass with its output head, and the loss over it. */
import { AppError } from '../errors.ts';
import type { Graph, Shape } from '../graph/graph.ts';
import type { Ops, TensorRef, Tracer } from '../graph/ops.ts';
import { traceGraph } from '../graph/ops.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { Scope } from './block.ts';
import { blockOf, type ModelSpec } from './model-spec.ts';

export interface ModelShape {
  /** Shape of one row of features. */
  inputShape: Shape;
  /** Classes, or 1 for regression. */
  outputs: number;
}

export interface TraceOptions extends ModelShape {
  batch: number;
  training: boolean;
  /** Of dropout, while training. */
  seed?: number;
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
 * cross-entropy, or mean squared error for regression.
 */
export function traceLoss(spec: ModelSpec, options: TraceOptions & { task: OutputSpec['task'] }): Graph {
  return traceGraph((tracer) => {
    const { ops } = tracer;
    const y = forward(tracer, spec, options);
    const isClass = options.task === 'classification';
    const target = tracer.input('target', [options.batch], isClass ? 'int32' : 'float32');
    const losses = isClass ? ops.softmaxCrossEntropy(y, target) : squaredErrors(ops, y, target);
    return { loss: ops.mean(losses, { axes: [0] }) };
  });
}

/** Input of a training graph that counts its steps: int32 []. */
export const STEP = 'step';

/** The head's name among the layers; its parameters are `output/kernel` and `output/bias`. */
export const HEAD = 'output';

/** Name of the block at place `index` (from 0), such as `dense_1` for the first. */
const blockName = (type: string, index: number): string => `${type}_${index + 1}`;

/** The blocks, then whatever the head needs: a flat row, and a linear dense layer to `outputs`. */
export function withHead(
  spec: ModelSpec,
  inputShape: Shape,
  outputs: number,
): { name: string; spec: ModelSpec[number] }[] {
  const named = spec.map((block, i) => ({ name: blockName(block.type, i), spec: block }));
  if (rankAfter(spec, inputShape) > 1) named.push({ name: 'output_flatten', spec: { type: 'flatten' } });
  return [...named, { name: HEAD, spec: { type: 'dense', units: outputs, activation: 'linear' } }];
}

function forward(
  tracer: Tracer,
  spec: ModelSpec,
  { inputShape, outputs, batch, training, seed = 0 }: TraceOptions,
) {
  const x = tracer.input('x', [batch, ...inputShape]);
  let counter: TensorRef | undefined;
  const step = () => {
    counter ??= tracer.input(STEP, [], 'int32');
    return counter;
  };
  return withHead(spec, inputShape, outputs).reduce(
    (value, { name, spec: block }, index) =>
      applyBlock(tracer, value, name, block, { training, seed: seed + index, step }),
    x,
  );
}

function applyBlock(
  { ops, parameter, update }: Tracer,
  x: TensorRef,
  name: string,
  spec: ModelSpec[number],
  mode: Pick<Scope, 'training' | 'seed' | 'step'>,
): TensorRef {
  try {
    return blockOf(spec).forward(ops, x, spec, {
      ...mode,
      update,
      parameter: (part, shape, initializer, options) =>
        parameter(`${name}/${part}`, shape, initializer, options),
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `model block "${name}": ${error.message}`, {
      details: { block: name },
      cause: error,
    });
  }
}

/** Axes of one row after the blocks. */
function rankAfter(spec: ModelSpec, inputShape: Shape): number {
  const { nodes } = traceGraph((tracer) => {
    const x = tracer.input('x', [1, ...inputShape]);
    const mode = { training: false, seed: 0, step: () => x };
    return {
      y: spec.reduce((y, block, i) => applyBlock(tracer, y, blockName(block.type, i), block, mode), x),
    };
  });
  return nodes.at(-1)!.shape.length - 1;
}

function squaredErrors(ops: Ops, y: TensorRef, target: TensorRef): TensorRef {
  const error = ops.subtract(ops.reshape(y, { shape: target.shape }), target);
  return ops.multiply(error, error);
}
