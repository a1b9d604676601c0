/**
 * What an optimiser is: a rule, as graph, over one flat vector that holds all weights. Its slots (moments, velocities) are
 * flat vectors of the same length. What depends on the number of the step alone comes from the host as scalars, computed in
 * float64 from that number, so a resumed run goes on exactly. Each is one file here and one line in `list.ts`.
 */
import * as z from 'zod';
import type { Ops, TensorRef } from '../ops.ts';

/** What every optimiser takes. */
export const COMMON = {
  learningRate: z.number().positive().max(10),
  /** A gradient that is longer is shortened to this length. */
  clipNorm: z.number().positive().optional(),
};

export interface OptimizerState {
  weights: TensorRef;
  /** By name. */
  slots: Readonly<Record<string, TensorRef>>;
}

export interface Optimizer<S extends { type: string } = { type: string }> {
  type: S['type'];
  /** One sentence for people. */
  summary: string;
  params: z.ZodType<S>;
  /** Names of the slots; they start as zeros. */
  slots(spec: S): readonly string[];
  /** Scalars for the step `step`, counted from 1. */
  scalars(spec: S, step: number): Readonly<Record<string, number>>;
  /** Weights and slots after a step. */
  apply(
    ops: Ops,
    spec: S,
    state: OptimizerState,
    gradient: TensorRef,
    scalars: Readonly<Record<string, TensorRef>>,
  ): OptimizerState;
}
