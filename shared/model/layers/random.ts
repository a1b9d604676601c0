/** Chance in a training graph: one number for each row, from seed and step alone. */
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { Scope } from '../block.ts';

type Chance = Pick<Scope, 'seed' | 'step'>;

/** Streams of one block that must not be alike. */
const STREAM = 7919;

/** Between `least` and `most` for each row of `x`: [batch, 1, …] with `x`'s axes, or with so many as `axes` says. */
export function uniformPerRow(
  ops: Ops,
  { shape }: TensorRef,
  { seed, step }: Chance,
  {
    least,
    most,
    stream = 0,
    axes = shape.length,
  }: { least: number; most: number; stream?: number; axes?: number },
): TensorRef {
  const each = [shape[0]!, ...new Array<number>(axes - 1).fill(1)];
  const drawn = ops.randomUniform(step(), { shape: each, seed: seed + STREAM * stream });
  return ops.add(ops.multiply(drawn, ops.constant(most - least)), ops.constant(least));
}
