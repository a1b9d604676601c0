/** What is typical of each group that a clustering found: its centre, in the units of the columns. */
import { isNetwork } from '../definition/pipeline-spec.ts';
import { estimatorOf } from '../estimators/estimator-of.ts';
import { invertPipeline } from '../pipeline/invert-chain.ts';
import type { ModelContent } from './model-file.ts';

export interface Groups {
  /** What they are called, the largest first. */
  names: readonly string[];
  /** A feature that can be told in its column's units: of each group the mean, or what is most frequent; null where nothing is. */
  features: { name: string; values: (number | string | null)[] }[];
}

/** Null for a model that has found no groups. */
export function describeGroups({ spec, fitted, parameters }: ModelContent): Groups | null {
  if (isNetwork(spec) || fitted.output.task !== 'classification') return null;
  const centres = estimatorOf(spec.model).centres?.(parameters);
  if (!centres) return null;
  const features = [...invertPipeline(fitted, centres)].map(([name, { values }]) => ({
    name,
    values: [...(values as Iterable<number | string | null>)],
  }));
  return { names: fitted.output.classes, features };
}
