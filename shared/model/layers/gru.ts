/**
 * Gated recurrent unit (Cho et al. 2014), the variant of cuDNN and of Keras with `reset_after`, unrolled over time.
 * Made for compiling: inputs are projected for all times at once, gates and times are leading axes, so that taking one is a
 * contiguous slice; a time is one matrix product and three elementwise chains.
 */
import type { Ops, TensorRef } from '../../graph/ops.ts';
import { atTime, gatesApart, projectTimes, statesOut, takeGates, timesOf } from './gates.ts';
import type { LayerScope } from './scope.ts';

export interface GruOptions {
  units: number;
  /** The state at every time instead of the last alone; default false. */
  sequence?: boolean;
  /** From the last time to the first; default false. */
  backwards?: boolean;
}

/** With the gates z (update), r (reset), n (new) along axis 0. */
interface GruWeights {
  /** [3, features, units] */
  kernel: TensorRef;
  /** [3, units, units] */
  recurrent: TensorRef;
  /** [3, 1, units] */
  bias: TensorRef;
  /** [3, 1, units] */
  recurrentBias: TensorRef;
}

/**
 * [batch, time, features] → [batch, units], or [batch, time, units] as a sequence; the state starts at zero. Parameters,
 * with the gates z (update), r (reset), n (new) along axis 0: `kernel` [3, features, units], `recurrent` [3, units, units],
 * `bias` and `recurrentBias` [3, 1, units].
 */
export function gru({ ops, parameter }: LayerScope, x: TensorRef, options: GruOptions): TensorRef {
  const { units } = options;
  const weights = {
    kernel: parameter('kernel', [3, x.shape[2]!, units], 'glorotUniform'),
    recurrent: parameter('recurrent', [3, units, units], 'glorotUniform'),
    bias: parameter('bias', [3, 1, units], 'zeros'),
    recurrentBias: parameter('recurrentBias', [3, 1, units], 'zeros'),
  };
  return unroll(ops, x, weights, options);
}

/**
 * The same with Keras's weights: `kernel` [features, 3 · units], `recurrent` [units, 3 · units], `bias` [2, 3 · units], whose
 * second row is added to what comes from the state.
 */
export function kerasGru({ ops, parameter }: LayerScope, x: TensorRef, options: GruOptions): TensorRef {
  const width = 3 * options.units;
  const kernel = parameter('kernel', [x.shape[2]!, width], 'glorotUniform');
  const recurrent = parameter('recurrent', [options.units, width], 'glorotUniform');
  const bias = parameter('bias', [2, width], 'zeros');
  const row = (place: number) => ops.slice(bias, { begin: [place, 0], size: [1, width] });
  const weights = {
    kernel: gatesApart(ops, kernel, 3),
    recurrent: gatesApart(ops, recurrent, 3),
    bias: gatesApart(ops, row(0), 3),
    recurrentBias: gatesApart(ops, row(1), 3),
  };
  return unroll(ops, x, weights, options);
}

function unroll(
  ops: Ops,
  x: TensorRef,
  { kernel, recurrent, bias, recurrentBias }: GruWeights,
  { sequence = false, backwards = false }: GruOptions,
): TensorRef {
  const time = x.shape[1]!;
  const byTime = projectTimes(ops, x, kernel, bias);
  const states: TensorRef[] = []; // by time, each [1, batch, units]
  let old: TensorRef | undefined;
  for (const t of timesOf(time, backwards)) {
    const now = atTime(ops, byTime, t);
    const before = old ? ops.add(ops.matmul(old, recurrent), recurrentBias) : recurrentBias;
    const zr = ops.sigmoid(ops.add(takeGates(ops, now, 0, 2), takeGates(ops, before, 0, 2)));
    const [z, r] = [takeGates(ops, zr, 0, 1), takeGates(ops, zr, 1, 1)];
    const n = ops.tanh(ops.add(takeGates(ops, now, 2, 1), ops.multiply(r, takeGates(ops, before, 2, 1))));
    // z · old + (1 − z) · n
    old = old ? ops.add(n, ops.multiply(z, ops.subtract(old, n))) : ops.subtract(n, ops.multiply(z, n));
    states[t] = old;
  }
  return statesOut(ops, states, old!, sequence);
}
