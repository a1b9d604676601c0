/**
 * Gated recurrent unit (Cho et al. 2014), the variant of cuDNN and of Keras with `reset_after`, unrolled over time.
 * Made for compiling: inputs are projected for all times at once, gates and times are leading axes, so that taking one is a
 * contiguous slice; a time is one matrix product and three elementwise chains.
 */
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

export interface GruOptions {
  units: number;
  /** The state at every time instead of the last alone; default false. */
  sequence?: boolean;
}

/**
 * [batch, time, features] → [batch, units], or [batch, time, units] as a sequence; the state starts at zero. Parameters,
 * with the gates z (update), r (reset), n (new) along axis 0: `kernel` [3, features, units], `recurrent` [3, units, units],
 * `bias` and `recurrentBias` [3, 1, units].
 */
export function gru(
  { ops, parameter }: LayerScope,
  x: TensorRef,
  { units, sequence = false }: GruOptions,
): TensorRef {
  const [batch, time, features] = x.shape as [number, number, number];
  const kernel = parameter('kernel', [3, features, units], 'glorotUniform');
  const recurrent = parameter('recurrent', [3, units, units], 'glorotUniform');
  const bias = parameter('bias', [3, 1, units], 'zeros');
  const recurrentBias = parameter('recurrentBias', [3, 1, units], 'zeros');

  // All times: [1, time · batch, features] × [3, features, units], then time to the front.
  const timeMajor = ops.transpose(x, { permutation: [1, 0, 2] });
  const rows = ops.reshape(timeMajor, { shape: [1, time * batch, features] });
  const projected = ops.reshape(ops.add(ops.matmul(rows, kernel), bias), { shape: [3, time, batch, units] });
  const byTime = ops.transpose(projected, { permutation: [1, 0, 2, 3] }); // [time, 3, batch, units]

  /** `count` gates from gate `first` of [3, batch or 1, units]. */
  const gates = (value: TensorRef, first: number, count: number) =>
    ops.slice(value, { begin: [first, 0, 0], size: [count, value.shape[1]!, units] });

  const states: TensorRef[] = []; // each [1, batch, units]
  for (let t = 0; t < time; t++) {
    const old = states.at(-1);
    const now = ops.reshape(ops.slice(byTime, { begin: [t, 0, 0, 0], size: [1, 3, batch, units] }), {
      shape: [3, batch, units],
    });
    const before = old ? ops.add(ops.matmul(old, recurrent), recurrentBias) : recurrentBias;
    const zr = ops.sigmoid(ops.add(gates(now, 0, 2), gates(before, 0, 2)));
    const [z, r] = [gates(zr, 0, 1), gates(zr, 1, 1)];
    const n = ops.tanh(ops.add(gates(now, 2, 1), ops.multiply(r, gates(before, 2, 1))));
    // z · old + (1 − z) · n
    states.push(
      old ? ops.add(n, ops.multiply(z, ops.subtract(old, n))) : ops.subtract(n, ops.multiply(z, n)),
    );
  }
  if (!sequence) return ops.reshape(states.at(-1)!, { shape: [batch, units] });
  return ops.transpose(ops.concat(states, { axis: 0 }), { permutation: [1, 0, 2] });
}
