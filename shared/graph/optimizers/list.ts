/** Every optimiser, and what a training says of the one it uses. */
import * as z from 'zod';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

export const optimizers = [adam, adamw, sgd, rmsprop, adagrad] as const;

type ParamsOf<T extends readonly Pick<Optimizer, 'params'>[]> = { -readonly [K in keyof T]: T[K]['params'] };

export const OptimizerSpec = z.discriminatedUnion(
  'type',
  optimizers.map((optimizer) => optimizer.params) as unknown as ParamsOf<typeof optimizers>,
);
export type OptimizerSpec = z.infer<typeof OptimizerSpec>;

const byType = new Map<string, Optimizer<OptimizerSpec>>(
  optimizers.map((optimizer) => [optimizer.type, optimizer as unknown as Optimizer<OptimizerSpec>]),
);

export const optimizerOf = ({ type }: OptimizerSpec): Optimizer<OptimizerSpec> => byType.get(type)!;
