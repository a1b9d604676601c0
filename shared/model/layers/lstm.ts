/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), unrolled over time in the
 * way of `gru.ts`. The forget gate starts open: its bias is 1 (Józefowicz et al. 2015).
 */
import type { TensorRef } from '../../graph/ops.ts';
import { atTime, gatesApart, projectTimes, statesOut, takeGates, timesOf } from './gates.ts';
import type { LayerScope } from './scope.ts';

export interface LstmOptions {
  units: number;
  /** The state at every time instead of the last alone; default false. */
  sequence?: boolean;
  /** From the last time to the first; default false. */
  backwards?: boolean;
}

/**
 * [batch, time, features] → [batch, units], or [batch, time, units] as a sequence; both states start at zero. Parameters as
 * Keras has them, with the gates i (input), f (forget), g (new), o (output) side by side: `kernel` [features, 4 · units],
 * `recurrent` [units, 4 · units], `bias` [4 · units].
 */
export function lstm(
  { ops, parameter }: LayerScope,
  x: TensorRef,
  { units, sequence = false, backwards = false }: LstmOptions,
): TensorRef {
  const [, time, features] = x.shape as [number, number, number];
  const kernel = gatesApart(ops, parameter('kernel', [features, 4 * units], 'glorotUniform'), 4);
  const recurrent = gatesApart(ops, parameter('recurrent', [units, 4 * units], 'glorotUniform'), 4);
  const flatBias = parameter('bias', [4 * units], 'forgetGate');
  const bias = ops.reshape(flatBias, { shape: [4, 1, units] });

  const byTime = projectTimes(ops, x, kernel, bias);
  const states: TensorRef[] = []; // by time, each [1, batch, units]
  let state: TensorRef | undefined;
  let cell: TensorRef | undefined;
  for (const t of timesOf(time, backwards)) {
    const now = atTime(ops, byTime, t);
    const gates = state ? ops.add(now, ops.matmul(state, recurrent)) : now;
    const inputForget = ops.sigmoid(takeGates(ops, gates, 0, 2));
    const added = ops.multiply(takeGates(ops, inputForget, 0, 1), ops.tanh(takeGates(ops, gates, 2, 1)));
    cell = cell ? ops.add(ops.multiply(takeGates(ops, inputForget, 1, 1), cell), added) : added;
    state = ops.multiply(ops.sigmoid(takeGates(ops, gates, 3, 1)), ops.tanh(cell));
    states[t] = state;
  }
  return statesOut(ops, states, state!, sequence);
}
