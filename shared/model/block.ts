/**
 * What a model block is: parameters, and one forward pass over `Ops` that every executor runs.
 * Each block is one file in `blocks/` and one line in `blocks/list.ts`.
 */
import type { z } from 'zod';
import type { Initializer } from '../graph/graph.ts';
import type { Ops, ParameterOptions, TensorRef } from '../graph/ops.ts';

/** What a block may ask of the model being traced. */
export interface Scope {
  /** Parameters of the block; names are made unique by the block's place in the model. */
  parameter(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    options?: ParameterOptions,
  ): TensorRef;
  /** After each training step `parameter` takes on `value`: moving means and the like. */
  update(parameter: TensorRef, value: TensorRef): void;
  /** True while tracing the training graph: dropout acts. */
  readonly training: boolean;
  /** Number of the training step, int32 []: what randomness is counted by. */
  step(): TensorRef;
  /** Seeds the block's own randomness; different for each block of a model. */
  readonly seed: number;
}

export interface Block<P extends { type: string } = { type: string }> {
  type: P['type'];
  /** One sentence for people. */
  summary: string;
  params: z.ZodType<P>;
  /** `x` is [batch, …]. Throws AppError `invalid_pipeline` when the shape does not fit. */
  forward(ops: Ops, x: TensorRef, params: P, scope: Scope): TensorRef;
  /** The Keras layer that does the same; its weights are the block's parameters in order. */
  layer(params: P): { className: string; config: Record<string, unknown> };
}
