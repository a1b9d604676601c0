/**
 * What a model block is: parameters, and one forward pass over `Ops` that every executor runs.
 * Each block is one file in `blocks/` and one line in `blocks/list.ts`.
 */
import type * as z from 'zod';
import type { Initializer, Shape } from '../graph/graph.ts';
import type { Ops, ParameterOptions, TensorRef } from '../graph/ops.ts';
import type { KerasConfig } from './keras-config.ts';

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
  /** Adds these losses [batch], one for each row, to those that are trained. Absent while there is no loss: when it predicts. */
  readonly addLoss?: ((losses: TensorRef) => void) | undefined;
  /** Seeds the block's own randomness; different for each block of a model. */
  readonly seed: number;
}

/** What a block takes: one value or more, each [batch, …]. */
export type Inputs = readonly [TensorRef, ...TensorRef[]];

/** How many inputs a block takes. */
export interface InputCount {
  least: number;
  most: number;
}
export const ONE_INPUT: InputCount = { least: 1, most: 1 };

/** A layer as Keras writes it; its weights are the block's parameters in order, under `weights` where its names are others. */
export interface KerasLayer {
  className: string;
  config: Record<string, unknown>;
  weights?: readonly string[];
  /** Why TensorFlow.js cannot run it as Keras does. */
  notInTfjs?: string;
}

export interface Block<P extends { type: string } = { type: string }> {
  type: P['type'];
  /** One sentence for people. */
  summary: string;
  params: z.ZodType<P>;
  /** Absent: exactly one. */
  inputs?: InputCount;
  /** The counts and dtypes of `inputs` are right. Throws AppError `invalid_pipeline` when a shape does not fit. */
  forward(ops: Ops, inputs: Inputs, params: P, scope: Scope): TensorRef;
  /** It gives what it takes but while training: exports leave it out. */
  trainingOnly?: true;
  /**
   * The Keras layer that does the same for rows of these shapes. Where Keras has none it is one that exported programs write out
   * (`shared/export/python/keras-layers.ts`); null where they cannot.
   */
  layer(params: P, shapes: readonly Shape[]): KerasLayer | null;
  /**
   * `layer` the other way round: by the name of a Keras layer, the parameters that its config asks for, which `params` then checks.
   * Throws AppError `unsupported` for settings that the block has not.
   */
  fromKeras?: Readonly<Record<string, (config: KerasConfig) => Record<string, unknown>>>;
}
