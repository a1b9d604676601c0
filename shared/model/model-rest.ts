/** What comes after a place in a model, as a model of its own that takes the one value there. */
import { expandModel } from './backbones/expand-model.ts';
import { entryName, sourcesOf } from './model-links.ts';
import type { ModelSpec } from './model-spec.ts';

/** Without backbones; each entry bears the name that its parameters have. */
export const namedEntries = (model: ModelSpec): ModelSpec =>
  expandModel(model).map((entry, place) => ({ ...entry, id: entryName(entry, place) }));

/** The named entries from `cut` on; null where they take more than the value before it. */
export function restOf(entries: ModelSpec, cut: number): ModelSpec | null {
  if (!isCleanCut(entries, cut)) return null;
  const [first, ...others] = entries.slice(cut);
  return first ? [{ ...first, inputs: undefined }, ...others] : [];
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
