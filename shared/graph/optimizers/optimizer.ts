/**
 * What an optimiser is: a rule, as graph, over one flat vector that holds all weights. Its slots (moments, velocities) are
 * flat vectors of the same length. What depends on the number of the step alone comes from the host as scalars, computed in
 * float64 from that number, so a resumed run goes on exactly.
 */
import type { Ops, TensorRef } from '../ops.ts';

export interface OptimizerState {
  weights: TensorRef;
  /** By name. */
  slots: Readonly<Record<string, TensorRef>>;
}

export interface Optimizer<S extends { type: string }> {
  type: S['type'];
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
