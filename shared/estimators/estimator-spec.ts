/** An estimator and its parameters, as a definition names it. */
import * as z from 'zod';
import type { Zod } from '../schema/zod.ts';
import { estimators } from './list.ts';

type ParamsOf<T> = { -readonly [K in keyof T]: T[K] extends { params(z: Zod): infer P } ? P : never };

export const EstimatorSpec = z.discriminatedUnion(
  'type',
  estimators.map(({ params }) => params(z)) as unknown as ParamsOf<typeof estimators>,
);
export type EstimatorSpec = z.infer<typeof EstimatorSpec>;
