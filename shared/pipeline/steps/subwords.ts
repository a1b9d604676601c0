/** Token ids of parts of words: frequent words are one token, rare ones several, and hardly any is unknown. 0 is padding, 1 what is not known. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';
import { createSplitter, learnBytePairs, wordsOf } from '../text/byte-pairs.ts';

const UNKNOWN = 1;
const FIRST = 2;

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('subwords'),
    /** Tokens of a row: longer texts are cut, shorter ones padded at the end. */
    length: z.int().min(1).max(4096),
    /** Most parts that are told apart, single characters included. */
    vocabulary: z.int().min(10).max(20_000).default(2000),
    /** Times that a part must occur. */
    minCount: z.int().min(1).max(1_000_000).default(2),
  });
type Params = Made<typeof params>;

/** Token at place i of the characters, and then of what the merges make, has the id i + 2. */
const state = (z: Zod) =>
  z.strictObject({
    characters: z.array(z.string()),
    merges: z.array(z.tuple([z.string(), z.string()])),
  });
type State = Made<typeof state>;

export const subwords = {
  type: 'subwords',
  summary:
    'Turns a text into the numbers of frequent parts of its words (byte pairs), as an embedding takes them.',
  accepts: ['category'],
  gives: 'floats',
  shape: ({ length }) => [length],
  takesMissing: true,
  takesAnyText: true,
  params,
  state,
  fit: ({ values }, { vocabulary, minCount }) =>
    learnBytePairs(
      values.flatMap((text) => wordsOf(text ?? '')),
      { limit: vocabulary, least: minCount },
    ),
  apply({ values }, { length }, state) {
    const { ids, split } = tokenizerOf(state);
    const data = new Float32Array(values.length * length);
    for (const [row, text] of values.entries()) {
      const parts = wordsOf(text ?? '')
        .flatMap(split)
        .slice(0, length);
      for (const [place, part] of parts.entries()) data[row * length + place] = ids.get(part) ?? UNKNOWN;
    }
    return { type: 'floats', shape: [length], data };
  },
  python: ({ length }, { characters, merges }) =>
    `subword_ids(x, ${length}, ${JSON.stringify(characters)}, ${JSON.stringify(merges)})`,
  typescript: ({ length }, { characters, merges }) =>
    `subwordIds(${length}, ${JSON.stringify(characters)}, ${JSON.stringify(merges)})`,
} as const satisfies FeatureStep<Params, State, Extract<ColumnData, { type: 'category' }>>;

interface Tokenizer {
  ids: ReadonlyMap<string, number>;
  split: ReturnType<typeof createSplitter>;
}

/** Kept from call to call: an endpoint asks for one text at a time. */
const known = new WeakMap<State['merges'], Tokenizer>();
function tokenizerOf({ characters, merges }: State): Tokenizer {
  const found = known.get(merges);
  if (found) return found;
  const parts = [...characters, ...merges.map((pair) => pair.join(''))];
  const made = {
    // two ways of joining may make the same part: it has the number of the first
    ids: new Map(parts.map((part, place) => [part, place + FIRST] as const).reverse()),
    split: createSplitter({ merges }),
  };
  known.set(merges, made);
  return made;
}
