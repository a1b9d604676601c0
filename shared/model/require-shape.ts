/** What a block says when a value does not have the axes it takes. Shapes in words are those of one row, without the batch. */
import { AppError } from '../errors.ts';
import type { Shape } from '../graph/graph.ts';
import { showShape } from '../graph/operator.ts';
import type { TensorRef } from '../graph/ops.ts';

/** Times that a recurrent block is unrolled over, at most. */
export const TIMES_MOST = 512;

type Picture = [batch: number, height: number, width: number, channels: number];
type Sequence = [batch: number, time: number, features: number];

export const rowShape = ({ shape }: TensorRef): Shape => shape.slice(1);

export function refuseShape(block: string, takes: string, ...values: readonly TensorRef[]): AppError {
  const given = values.map((value) => showShape(rowShape(value))).join(' and ');
  return new AppError('invalid_pipeline', `A ${block} block takes ${takes}, not ${given}`);
}

export function requirePictures(block: string, x: TensorRef): Picture {
  if (x.shape.length !== 4) throw refuseShape(block, 'pictures [height, width, channels]', x);
  return x.shape as unknown as Picture;
}

export function requireSequence(block: string, x: TensorRef): Sequence {
  if (x.shape.length !== 3) throw refuseShape(block, 'sequences [time, features]', x);
  return x.shape as unknown as Sequence;
}

/** A sequence short enough to be unrolled. */
export function requireUnrollable(block: string, x: TensorRef): Sequence {
  const sequence = requireSequence(block, x);
  if (sequence[1] > TIMES_MOST) {
    throw refuseShape(block, `at most ${TIMES_MOST} times [time, features]; shorten the sequence first`, x);
  }
  return sequence;
}

/** `tokens`, if given, holds the id at each time of the sequence `x`. */
export function requireTokens(block: string, x: TensorRef, tokens: TensorRef | undefined): void {
  if (tokens && (tokens.shape.length !== 2 || tokens.shape[1] !== x.shape[1])) {
    throw refuseShape(block, `token ids [${x.shape[1]}] as its second input`, tokens);
  }
}
