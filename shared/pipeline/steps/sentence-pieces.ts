/**
 * Token ids as a pretrained encoder of texts takes them: pieces of the vocabulary that it was trained with. That comes with its
 * weights, is kept in the fitted pipeline, and so goes wherever the model goes. 0 is padding, the id of a piece one more than its place.
 */

import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';
import { createPieceTokenizer, type Vocabulary, vocabularyOf } from '../text/sentence-pieces.ts';

/** Backbones whose files of weights hold a vocabulary. */
export const VOCABULARIES = ['universal-sentence-encoder-lite'] as const;

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('sentence-pieces'),
    /** The backbone whose vocabulary it is. */
    vocabulary: z.enum(VOCABULARIES).default('universal-sentence-encoder-lite'),
    /** Tokens of a row: longer texts are cut, shorter ones padded at the end. */
    length: z.int().min(1).max(512),
  });
type Params = Made<typeof params>;

const state = (z: Zod) => z.strictObject({ pieces: vocabularyOf(z) });
type State = Made<typeof state>;

export const sentencePieces = {
  type: 'sentence-pieces',
  summary: 'Turns a text into the numbers that a pretrained encoder of texts knows its parts by.',
  accepts: ['category'],
  gives: 'floats',
  shape: ({ length }) => [length],
  takesMissing: true,
  takesAnyText: true,
  params,
  state,
  fit(_, { vocabulary }, __, vocabularies) {
    const found = vocabularies?.get(vocabulary);
    if (found) return { pieces: found };
    throw new AppError(
      'invalid_request',
      `the vocabulary of "${vocabulary}" was not given; it comes with the weights: npx trainyard weights add ${vocabulary}`,
    );
  },
  apply({ values }, { length }, { pieces }) {
    const tokenize = tokenizerOf(pieces);
    const data = new Float32Array(values.length * length);
    for (const [row, text] of values.entries()) {
      const ids = tokenize(text ?? '').slice(0, length);
      for (const [place, id] of ids.entries()) data[row * length + place] = id + 1;
    }
    return { type: 'floats', shape: [length], data };
  },
} as const satisfies FeatureStep<Params, State, Extract<ColumnData, { type: 'category' }>>;

/** Kept from call to call: an endpoint asks for one text at a time. */
const known = new WeakMap<Vocabulary, ReturnType<typeof createPieceTokenizer>>();
function tokenizerOf(vocabulary: Vocabulary) {
  const tokenize = known.get(vocabulary) ?? createPieceTokenizer(vocabulary);
  known.set(vocabulary, tokenize);
  return tokenize;
}
