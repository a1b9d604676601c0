/** Every optimiser, and what a pipeline says of the one it uses. */
import { type AdagradSpec, adagrad } from './adagrad.ts';
import { type AdamSpec, adam } from './adam.ts';
import { type AdamwSpec, adamw } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';
import { type RmspropSpec, rmsprop } from './rmsprop.ts';
import { type SgdSpec, sgd } from './sgd.ts';

export type OptimizerSpec = (SgdSpec | RmspropSpec | AdagradSpec | AdamSpec | AdamwSpec) & {
  /** The gradient is shortened to this length. */
  clipNorm?: number | undefined;
};

const optimizers = { sgd, rmsprop, adagrad, adam, adamw };

export const optimizerOf = ({ type }: OptimizerSpec): Optimizer<OptimizerSpec> =>
  optimizers[type] as unknown as Optimizer<OptimizerSpec>;
