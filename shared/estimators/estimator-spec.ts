/** An estimator and its parameters, as a definition names it. */
import * as z from 'zod';
import type { Estimator } from './estimator.ts';
import { estimators } from './list.ts';

type ParamsOf<T> = { -readonly [K in keyof T]: T[K] extends { params: infer P } ? P : never };

export const EstimatorSpec = z.discriminatedUnion(
  'type',
  estimators.map(({ params }) => params) as unknown as ParamsOf<typeof estimators>,
);
export type EstimatorSpec = z.infer<typeof EstimatorSpec>;

const byType = new Map<string, Estimator>(
  estimators.map((estimator) => [estimator.type, estimator as unknown as Estimator]),
);

/** The estimator that a spec names; `EstimatorSpec` has checked that there is one. */
export const estimatorOf = (spec: Pick<EstimatorSpec, 'type'>): Estimator<EstimatorSpec> =>
  byType.get(spec.type)! as unknown as Estimator<EstimatorSpec>;
