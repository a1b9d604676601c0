/**
 * The weights of recurrent layers. Keras keeps the gates of a cell side by side in one matrix; unrolled over time they are taken
 * one behind the other, so that a gate is a contiguous slice.
 */
import type { Ops, TensorRef } from '../../graph/ops.ts';

/** [n, gates · units] → [gates, n, units]. */
export function gatesApart(ops: Ops, matrix: TensorRef, gates: number): TensorRef {
  const [n, columns] = matrix.shape as [number, number];
  const apart = ops.reshape(matrix, { shape: [n, gates, columns / gates] });
  return ops.transpose(apart, { permutation: [1, 0, 2] });
}

/** [batch, time, features] with a kernel [gates, features, units] and a bias [gates, 1, units] → [time, gates, batch, units]. */
export function projectTimes(ops: Ops, x: TensorRef, kernel: TensorRef, bias: TensorRef): TensorRef {
  const [batch, time, features] = x.shape as [number, number, number];
  const [gates, , units] = kernel.shape as [number, number, number];
  const timeMajor = ops.transpose(x, { permutation: [1, 0, 2] });
  const rows = ops.reshape(timeMajor, { shape: [1, time * batch, features] });
  const projected = ops.reshape(ops.add(ops.matmul(rows, kernel), bias), {
    shape: [gates, time, batch, units],
  });
  return ops.transpose(projected, { permutation: [1, 0, 2, 3] });
}

/** What `projectTimes` gave for time `t`: [gates, batch, units]. */
export function atTime(ops: Ops, byTime: TensorRef, t: number): TensorRef {
  const [, ...shape] = byTime.shape;
  return ops.reshape(ops.slice(byTime, { begin: [t, 0, 0, 0], size: [1, ...shape] }), { shape });
}

/** `count` gates from gate `first` of [gates, batch or 1, units]. */
export const takeGates = (ops: Ops, value: TensorRef, first: number, count: number): TensorRef =>
  ops.slice(value, { begin: [first, 0, 0], size: [count, value.shape[1]!, value.shape[2]!] });

/** The times from 0 to `time` − 1 in the order in which a layer goes through them. */
export const timesOf = (time: number, backwards: boolean): number[] =>
  Array.from({ length: time }, (_, i) => (backwards ? time - 1 - i : i));

/** States [1, batch, units] by time, and the last one reached → [batch, units], or all as [batch, time, units]. */
export function statesOut(
  ops: Ops,
  states: readonly TensorRef[],
  last: TensorRef,
  sequence: boolean,
): TensorRef {
  const [, batch, units] = last.shape as [number, number, number];
  if (!sequence) return ops.reshape(last, { shape: [batch, units] });
  return ops.transpose(ops.concat(states, { axis: 0 }), { permutation: [1, 0, 2] });
}
