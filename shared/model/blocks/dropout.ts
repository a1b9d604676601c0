/** Zeroes a share of the values while training, against overfitting; does nothing afterwards. */
import * as z from 'zod';
import { dropout as dropOut } from '../../graph/dropout.ts';
import type { Block } from '../block.ts';

const Dropout = z.strictObject({ type: z.literal('dropout'), rate: z.number().min(0).max(0.95) });
type Dropout = z.infer<typeof Dropout>;

export const dropout = {
  type: 'dropout',
  summary: 'Drops a share of the values at random while training, against overfitting.',
  params: Dropout,
  forward: (ops, [x], { rate }, { training, seed, step }) =>
    training && rate > 0 ? dropOut(ops, x, step(), { rate, seed }) : x,
  layer: ({ rate }) => ({ className: 'Dropout', config: { rate } }),
  fromKeras: { Dropout: ({ rate }) => ({ rate }) },
} satisfies Block<Dropout>;
