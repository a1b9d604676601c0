/**
 * TF-IDF: how often a text has each known term, times how rare that is, and the row brought to length 1. Rareness is
 * ln((1 + texts) ÷ (1 + texts with the term)) + 1, as in scikit-learn.
 */

import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { exactLog } from '../exact-log.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';
import { analyzerOf, termsOf } from '../text/terms.ts';
import { vocabularyOf } from '../text/vocabulary.ts';

/** As many as one takes in at a glance. */
const TERMS_NAMED = 8;

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('tfidf'),
    analyzer: analyzerOf(z).default('words'),
    /** Least and most words (or characters) of a term. */
    ngrams: z
      .tuple([z.int().min(1).max(8), z.int().min(1).max(8)])
      .refine(([least, most]) => least <= most, 'the first number must not be above the second')
      .default([1, 1]),
    /** Most terms: those in the most texts. */
    maxFeatures: z.int().min(1).max(50_000).default(2000),
    /** Texts that a term must be in. */
    minCount: z.int().min(1).max(1_000_000).default(2),
  });
type Params = Made<typeof params>;

const state = (z: Zod) =>
  z
    .strictObject({ terms: z.array(z.string()).min(1), idf: z.array(z.number().positive()) })
    .refine(({ terms, idf }) => terms.length === idf.length, 'each term needs an idf');
type State = Made<typeof state>;

export const tfidf = {
  type: 'tfidf',
  summary:
    'Turns a text into one number per known term: how often it is there, and how rare it is elsewhere.',
  accepts: ['category'],
  gives: 'floats',
  shape: ({ maxFeatures }) => [maxFeatures],
  takesMissing: true,
  takesAnyText: true,
  params,
  state,
  fit({ values }, { analyzer, ngrams, maxFeatures, minCount }) {
    const texts = values.map((text) => termsOf(text ?? '', analyzer, ngrams));
    const vocabulary = vocabularyOf(texts, { limit: maxFeatures, least: minCount });
    if (vocabulary.length === 0) {
      throw new AppError(
        'invalid_data',
        `no term is in ${minCount} texts of the training rows; lower "minCount" of the step "tfidf", or leave the column out`,
      );
    }
    return {
      terms: vocabulary.map(([term]) => term),
      idf: vocabulary.map(([, count]) => exactLog((1 + values.length) / (1 + count)) + 1),
    };
  },
  apply({ values }, { analyzer, ngrams }, { terms, idf }) {
    const places = placesOf(terms);
    const width = terms.length;
    const data = new Float32Array(values.length * width);
    for (const [row, text] of values.entries()) {
      const counts = new Map<number, number>();
      for (const term of termsOf(text ?? '', analyzer, ngrams)) {
        const place = places.get(term);
        if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1);
      }
      const weights = [...counts].map(([place, count]) => [place, count * idf[place]!] as const);
      const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0));
      for (const [place, weight] of weights) data[row * width + place] = weight / length;
    }
    return { type: 'floats', shape: [width], data };
  },
  /** The terms that weigh most, the heaviest first. */
  inverse({ data }: FloatBlock, _, { terms }) {
    const values = Array.from({ length: data.length / terms.length }, (_, row) => {
      const ofRow = data.subarray(row * terms.length, (row + 1) * terms.length);
      const heaviest = [...ofRow.keys()].filter((place) => ofRow[place]! > 0);
      heaviest.sort((a, b) => ofRow[b]! - ofRow[a]! || a - b);
      const named = heaviest.slice(0, TERMS_NAMED).map((place) => terms[place]);
      return named.length > 0 ? named.join(', ') : null;
    });
    return { type: 'category', values };
  },
  names: (_, { terms }) => terms,
  python: ({ analyzer, ngrams }, state) =>
    `tfidf(x, "${analyzer}", ${ngrams.join(', ')}, ${weightsOf(state)})`,
  typescript: ({ analyzer, ngrams }, state) =>
    `tfidf('${analyzer}', ${ngrams.join(', ')}, ${weightsOf(state)})`,
} as const satisfies FeatureStep<Params, State, Extract<ColumnData, { type: 'category' }>>;

/** Kept from call to call: an endpoint asks for one text at a time. */
const known = new WeakMap<readonly string[], Map<string, number>>();
function placesOf(terms: readonly string[]): Map<string, number> {
  const places = known.get(terms) ?? new Map(terms.map((term, place) => [term, place]));
  known.set(terms, places);
  return places;
}

/** Each term and how rare it is, as JSON. */
const weightsOf = ({ terms, idf }: State): string =>
  JSON.stringify(terms.map((term, place) => [term, idf[place]!]));
