/**
 * The part of a model that comes first and does not learn: it gives the same numbers for a row in every epoch, so that each row goes
 * through it once, and only the rest is trained.
 */
import { expandModel } from './backbones/expand-model.ts';
import { entryName, sourcesOf } from './model-links.ts';
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
  const entries = expandModel(model).map((entry, place) => ({ ...entry, id: entryName(entry, place) }));
  const learning = entries.findIndex(({ frozen }) => !frozen);
  for (let cut = learning < 0 ? entries.length : learning; cut > 0; cut--) {
    if (!isCleanCut(entries, cut)) continue;
    const frozen = entries.slice(0, cut);
    if (traceBody(frozen, { ...shape, batch: 1 }).parameters.length === 0) return null;
    const [first, ...others] = entries.slice(cut);
    return { frozen, rest: first ? [{ ...first, inputs: undefined }, ...others] : [] };
  }
  return null;
}

/** Whether what comes from `cut` on takes, of all before, the last value alone, and that at its first entry only. */
function isCleanCut(entries: ModelSpec, cut: number): boolean {
  return entries.slice(cut).every((_, i) =>
    sourcesOf(entries, cut + i).every((source) => {
      if (typeof source !== 'object' || !('entry' in source)) return false;
      return i === 0 ? source.entry === cut - 1 : source.entry >= cut;
    }),
  );
}
