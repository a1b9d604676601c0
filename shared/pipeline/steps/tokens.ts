/** Token ids: each word or character of a text as its number in a vocabulary, for an embedding. 0 is padding, 1 what is not known. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';
import { analyzerOf, unitsOf } from '../text/terms.ts';
import { vocabularyOf } from '../text/vocabulary.ts';

const UNKNOWN = 1;
const FIRST = 2;

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('tokens'),
    analyzer: analyzerOf(z).default('words'),
    /** Tokens of a row: longer texts are cut, shorter ones padded at the end. */
    length: z.int().min(1).max(4096),
    /** Most tokens that are told apart: those in the most texts. */
    vocabulary: z.int().min(1).max(200_000).default(10_000),
    /** Texts that a token must be in. */
    minCount: z.int().min(1).max(1_000_000).default(2),
  });
type Params = Made<typeof params>;

/** Token at place i has the id i + 2. */
const state = (z: Zod) => z.strictObject({ tokens: z.array(z.string()) });
type State = Made<typeof state>;

export const tokens = {
  type: 'tokens',
  summary: 'Turns a text into the numbers of its words or characters, as an embedding takes them.',
  accepts: ['category'],
  gives: 'floats',
  shape: ({ length }) => [length],
  takesMissing: true,
  takesAnyText: true,
  params,
  state,
  fit({ values }, { analyzer, vocabulary, minCount }) {
    const texts = values.map((text) => unitsOf(text ?? '', analyzer));
    return { tokens: vocabularyOf(texts, { limit: vocabulary, least: minCount }).map(([token]) => token) };
  },
  apply({ values }, { analyzer, length }, { tokens }) {
    const ids = idsOf(tokens);
    const data = new Float32Array(values.length * length);
    for (const [row, text] of values.entries()) {
      const units = unitsOf(text ?? '', analyzer).slice(0, length);
      for (const [place, unit] of units.entries()) data[row * length + place] = ids.get(unit) ?? UNKNOWN;
    }
    return { type: 'floats', shape: [length], data };
  },
  python: ({ analyzer, length }, { tokens }) =>
    `token_ids(x, "${analyzer}", ${length}, ${JSON.stringify(tokens)})`,
  typescript: ({ analyzer, length }, { tokens }) =>
    `tokenIds('${analyzer}', ${length}, ${JSON.stringify(tokens)})`,
} as const satisfies FeatureStep<Params, State, Extract<ColumnData, { type: 'category' }>>;

const known = new WeakMap<readonly string[], Map<string, number>>();
function idsOf(tokens: readonly string[]): Map<string, number> {
  const ids = known.get(tokens) ?? new Map(tokens.map((token, place) => [token, place + FIRST]));
  known.set(tokens, ids);
  return ids;
}
