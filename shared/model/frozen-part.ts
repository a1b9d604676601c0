/**
 * The part of a model that comes first and does not learn: it gives the same numbers for a row in every epoch, so that each row goes
 * through it once, and only the rest is trained.
 */
import type { FeaturePlace } from './feature-slices.ts';
import { FEATURE, namedFeatures } from './model-links.ts';
import { type NamedEntries, namedEntries, restOf } from './model-rest.ts';
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

/** The frozen part's own value among features, all of which have longer names. */
const OWN = '';

/** As much as can be cut off with one value crossing the cut; null where that is nothing, or has no weights. */
export function splitFrozen(model: ModelSpec, shape: Given): SplitModel | null {
  const entries = namedEntries(model);
  const learning = entries.findIndex(({ frozen }) => !frozen);
  for (let cut = learning < 0 ? entries.length : learning; cut > 0; cut--) {
    const [frozen, rest] = [entries.slice(0, cut), entries.slice(cut)];
    const chain = restOf(entries, cut);
    const parts = chain ? { frozen, rest: chain, features: [] } : withFeatures(frozen, rest, shape);
    if (!parts) continue;
    return traceBody(frozen, { ...shape, batch: 1 }).parameters.length > 0 ? parts : null;
  }
  return null;
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
