/** From a definition's estimator to what it does. */
import type { Estimator } from './estimator.ts';
import type { EstimatorSpec } from './estimator-spec.ts';
import { estimators } from './list.ts';

const byType = new Map<string, Estimator>(
  estimators.map((estimator) => [estimator.type, estimator as unknown as Estimator]),
);

/** The estimator that a spec names; `EstimatorSpec` has checked that there is one. */
export const estimatorOf = (spec: Pick<EstimatorSpec, 'type'>): Estimator<EstimatorSpec> =>
  byType.get(spec.type)! as unknown as Estimator<EstimatorSpec>;
