/** Softmax of one row of logits, in float64: shared by softmax and the cross-entropy with its gradient. */
import type { TensorData } from './graph.ts';

/** Fills `row` with the softmax of as many logits from `at` on; returns ln Σ exp of them. */
export function softmaxRow(logits: TensorData, at: number, row: Float64Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < row.length; i++) max = Math.max(max, logits[at + i]!);
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i] = Math.exp(logits[at + i]! - max);
  for (let i = 0; i < row.length; i++) row[i]! /= sum;
  return max + Math.log(sum);
}
