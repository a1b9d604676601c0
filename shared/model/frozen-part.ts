/**
 * The part of a model that comes first and does not learn: it gives the same numbers for a row in every epoch, so that each row goes
 * through it once, and only the rest is trained.
 */
import { namedEntries, restOf } from './model-rest.ts';
import type { ModelSpec } from './model-spec.ts';
import type { ModelShape } from './trace-model.ts';
import { traceBody } from './trace-model.ts';

export interface SplitModel {
  frozen: ModelSpec;
  /** What takes its value; entries keep their names. */
  rest: ModelSpec;
}

/** As much as can be cut off with one value crossing the cut; null where that is nothing, or has no weights. */
export function splitFrozen(
  model: ModelSpec,
  shape: Pick<ModelShape, 'inputShape' | 'features'>,
): SplitModel | null {
  const entries = namedEntries(model);
  const learning = entries.findIndex(({ frozen }) => !frozen);
  for (let cut = learning < 0 ? entries.length : learning; cut > 0; cut--) {
    const rest = restOf(entries, cut);
    if (!rest) continue;
    const frozen = entries.slice(0, cut);
    if (traceBody(frozen, { ...shape, batch: 1 }).parameters.length === 0) return null;
    return { frozen, rest };
  }
  return null;
}
