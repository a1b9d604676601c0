/** Token ids of a whole text: of its words' frequent parts and of the signs between them. 0 is padding, 1 what is not known. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';
import { learnPieces, type PiecesState, pieceParams, piecesOf, piecesState } from '../text/pieces.ts';

const UNKNOWN = 1;
const FIRST = 2;

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('pieces'),
    ...pieceParams(z),
    /** Capitals and small letters are the same. */
    lowercase: z.boolean().default(false),
  });
type Params = Made<typeof params>;

export const pieces = {
  type: 'pieces',
  summary:
    'Turns a whole text, signs and capitals included, into the numbers of its frequent pieces (byte pairs), as an embedding takes them.',
  accepts: ['category'],
  gives: 'floats',
  shape: ({ length }) => [length],
  takesMissing: true,
  takesAnyText: true,
  params,
  state: piecesState,
  fit: ({ values }, params) => learnPieces(textsOf(values, params), params),
  apply({ values }, params, state) {
    const { length } = params;
    const { split } = piecesOf(state);
    const data = new Float32Array(values.length * length);
    for (const [row, text] of textsOf(values, params).entries()) {
      const ids = split(text).slice(0, length);
      for (const [place, id] of ids.entries()) data[row * length + place] = id < 0 ? UNKNOWN : id + FIRST;
    }
    return { type: 'floats', shape: [length], data };
  },
} as const satisfies FeatureStep<Params, PiecesState, Extract<ColumnData, { type: 'category' }>>;

const textsOf = (values: readonly (string | null)[], { lowercase }: Params): string[] =>
  values.map((text) => (lowercase ? (text ?? '').toLowerCase() : (text ?? '')));
