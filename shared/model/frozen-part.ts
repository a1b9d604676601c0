/**
 * The part of a model that comes first and does not learn: it gives the same numbers for a row in every epoch, so that each row goes
 * through it once, and only the rest is trained.
 */
import { expandModel } from './backbones/expand-model.ts';
import type { FeaturePlace } from './feature-slices.ts';
import { entryName, FEATURE, namedFeatures, sourcesOf } from './model-links.ts';
import type { ModelSpec } from './model-spec.ts';
import type { ModelShape } from './trace-model.ts';
import { traceBody } from './trace-model.ts';

export interface SplitModel {
  frozen: ModelSpec;
  /** What takes its value; entries keep their names. */
  rest: ModelSpec;
  /** Where the rest names features: what lies in the value that the frozen part gives, its own first. */
  features: FeaturePlace[];
}

type Given = Pick<ModelShape, 'inputShape' | 'features'>;
type NamedEntries = (ModelSpec[number] & { id: string })[];

/** The frozen part's own value among features, all of which have longer names. */
const OWN = '';

/** As much as can be cut off with one value crossing the cut; null where that is nothing, or has no weights. */
export function splitFrozen(model: ModelSpec, shape: Given): SplitModel | null {
  const entries = expandModel(model).map((entry, place) => ({ ...entry, id: entryName(entry, place) }));
  const learning = entries.findIndex(({ frozen }) => !frozen);
  for (let cut = learning < 0 ? entries.length : learning; cut > 0; cut--) {
    const [frozen, rest] = [entries.slice(0, cut), entries.slice(cut)];
    const parts = isCleanCut(entries, cut) ? inChain(frozen, rest) : withFeatures(frozen, rest, shape);
    if (!parts) continue;
    return traceBody(frozen, { ...shape, batch: 1 }).parameters.length > 0 ? parts : null;
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

function inChain(frozen: NamedEntries, [first, ...others]: NamedEntries): SplitModel {
  return { frozen, rest: first ? [{ ...first, inputs: undefined }, ...others] : [], features: [] };
}

/** The rest takes features, too: they go through the frozen part beside its value. Null where they, or it, are no flat rows. */
function withFeatures(frozen: NamedEntries, rest: NamedEntries, shape: Given): SplitModel | null {
  const own = frozen.at(-1)!.id;
  const known = new Set([own, ...rest.map(({ id }) => id)]);
  const inputs = rest.map((entry, i) => entry.inputs ?? (i === 0 ? [own] : undefined));
  const named = [...new Set(namedFeatures(rest).map(({ column }) => column))];
  const beside = named.flatMap((column) => shape.features?.find((place) => place.column === column) ?? []);
  if (named.length === 0 || beside.some(({ shape: row }) => row.length > 1)) return null;
  if (!inputs.flat().every((input) => !input || input.startsWith(FEATURE) || known.has(input))) return null;

  const { nodes, outputs } = traceBody(frozen, { ...shape, batch: 1 });
  const ownShape = nodes[outputs[0]!.node]!.shape.slice(1);
  if (ownShape.length > 1) return null;
  return {
    frozen: [
      ...frozen,
      { type: 'concatenate', id: 'frozen part', inputs: [own, ...named.map((name) => FEATURE + name)] },
    ],
    rest: rest.map((entry, i) => ({
      ...entry,
      inputs: inputs[i]?.map((input) => (input === own ? FEATURE + OWN : input)),
    })),
    features: [{ column: OWN, shape: ownShape }, ...beside],
  };
}
