/** Texts to numbers: terms by hand, TF-IDF as scikit-learn gives it, the logarithm beside Math.log. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fitPipeline } from '../tasks/fit-pipeline.ts';
import { exactLog } from './exact-log.ts';
import { parseInstances } from './parse-instances.ts';
import { tfidf } from './steps/tfidf.ts';
import { tokens } from './steps/tokens.ts';
import { createSplitter, learnBytePairs } from './text/byte-pairs.ts';
import { termsOf, unitsOf } from './text/terms.ts';

const column = (...values: (string | null)[]) => ({ type: 'category', values }) as const;

describe('terms', () => {
  it.each([
    ['The cat, the CAT!', 'words', ['the', 'cat', 'the', 'cat']],
    ["don't ｓｔｏｐ x_1 3.5", 'words', ["don't", 'stop', 'x_1', '3', '5']],
    ['我爱你abc。', 'words', ['我', '爱', '你', 'abc']],
    ['iPhone手机3x', 'words', ['iphone', '手', '机', '3x']],
    ['Ab  c\n', 'characters', ['a', 'b', ' ', 'c']],
    ['!?', 'words', []],
  ] as const)('of %j as %s', (text, analyzer, units) => {
    expect(unitsOf(text, analyzer)).toEqual(units);
  });

  it('are neighbours put together', () => {
    expect([...termsOf('a b c', 'words', [1, 2])]).toEqual(['a', 'b', 'c', 'a b', 'b c']);
    expect([...termsOf('abc', 'characters', [2, 3])]).toEqual(['ab', 'bc', 'abc']);
    expect([...termsOf('ab', 'characters', [3, 3])]).toEqual([]);
  });
});

describe('byte pairs', () => {
  const words = ['low', 'low', 'low', 'lower', 'newest', 'newest', 'newest', 'newest', 'widest'].map(
    (word) => `▁${word}`,
  );
  const learnt = learnBytePairs(words, { limit: 20, least: 2 });
  const split = createSplitter(learnt);

  it('join what stands together most, first', () => {
    expect(learnt.characters.slice(0, 3)).toEqual(['e', 'w', '▁']);
    expect(learnt.merges.slice(0, 3)).toEqual([
      ['e', 's'],
      ['es', 't'],
      ['e', 'w'],
    ]);
  });

  it('split frequent words into one part, new ones into those that are known', () => {
    expect(split('▁newest')).toEqual(['▁newest']);
    expect(split('▁lowest')).toEqual(['▁low', 'est']);
    expect(split('▁xest')).toEqual(['▁', 'x', 'est']);
  });

  it('lose nothing, and never exceed the limit', () => {
    const word = fc.stringMatching(/^[a-f]{1,9}$/);
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }),
        word,
        fc.integer({ min: 10, max: 40 }),
        (all, one, limit) => {
          const pairs = learnBytePairs(all, { limit, least: 1 });
          expect(pairs.characters.length + pairs.merges.length).toBeLessThanOrEqual(limit);
          expect(createSplitter(pairs)(one).join('')).toBe(one);
        },
      ),
    );
  });
});

describe('exactLog', () => {
  it('is Math.log to the last places, over all magnitudes', () => {
    const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        (x) => Math.abs(exactLog(x) - Math.log(x)) <= 1e-15 * Math.max(1, Math.abs(Math.log(x))),
      ),
    );
    expect([exactLog(1), exactLog(2), exactLog(0.25)]).toEqual([0, Math.LN2, -2 * Math.LN2]);
  });
});

describe('tfidf', () => {
  const texts = column('the cat sat on the mat', 'the dog sat', 'a bird the bird sang');
  const params = tfidf.params(z).parse({ type: 'tfidf', ngrams: [1, 2], maxFeatures: 100, minCount: 1 });

  it('gives what TfidfVectorizer gives', () => {
    const state = tfidf.fit(texts, params);
    const { shape, data } = tfidf.apply(texts, params, state);
    const columnOf = (term: string) =>
      [0, 1, 2].map((row) => data[row * shape[0]! + state.terms.indexOf(term)]!);
    // scikit-learn 1.9, ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b"
    for (const [term, expected] of [
      ['the', [0.37403, 0.298032, 0.183595]],
      ['sat', [0.240816, 0.38377, 0]],
      ['bird', [0, 0, 0.621705]],
      ['the cat', [0.316644, 0, 0]],
    ] as const) {
      for (const [row, value] of columnOf(term).entries()) expect(value, term).toBeCloseTo(expected[row]!, 5);
    }
  });

  it('keeps the terms of the most texts, and gives zeros for a text without them', () => {
    const state = tfidf.fit(texts, { ...params, ngrams: [1, 1], maxFeatures: 2 });
    expect(state.terms).toEqual(['the', 'sat']);
    expect([...tfidf.apply(column('new words', null), params, state).data]).toEqual([0, 0, 0, 0]);
  });

  it('refuses texts that have no term in common', () => {
    expect(() => tfidf.fit(column('a', 'b'), { ...params, minCount: 2 })).toThrow(
      /^no term is in 2 texts of the training rows; lower "minCount"/,
    );
  });

  it('gives rows of length 1, whatever the texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 8 }), (values) => {
        const own = { ...params, minCount: 1 };
        if (!values.some((text) => unitsOf(text, 'words').length > 0)) return;
        const { shape, data } = tfidf.apply(column(...values), own, tfidf.fit(column(...values), own));
        for (const [row, text] of values.entries()) {
          const part = data.subarray(row * shape[0]!, (row + 1) * shape[0]!);
          const length = Math.hypot(...part);
          expect(length).toBeCloseTo(unitsOf(text, 'words').length > 0 ? 1 : 0, 5);
        }
      }),
    );
  });
});

describe('tokens', () => {
  it('numbers known words from 2 on, pads with 0, and calls what it does not know 1', () => {
    const params = tokens.params(z).parse({ type: 'tokens', length: 4, minCount: 2 });
    const state = tokens.fit(column('b a', 'a b b c', 'a'), params);
    expect(state.tokens).toEqual(['a', 'b']);
    const { shape, data } = tokens.apply(column('a x b', null, 'b a b a a'), params, state);
    expect(shape).toEqual([4]);
    expect([...data]).toEqual([2, 1, 3, 0, 0, 0, 0, 0, 3, 2, 3, 2]);
  });
});

describe('a column of texts', () => {
  const table = {
    rows: 4,
    columns: new Map([
      ['text', column('good film', 'bad film', 'good good', 'bad')],
      ['label', column('yes', 'no', 'yes', 'no')],
    ]),
  };
  const spec = {
    task: 'classification' as const,
    target: 'label',
    features: [{ column: 'text', steps: [tfidf.params(z).parse({ type: 'tfidf' })] }],
  };

  it('takes texts at predict time that no row had, and refuses what is none', () => {
    const fitted = fitPipeline(spec, table, Uint32Array.of(0, 1, 2, 3));
    expect(fitted.inputs).toEqual([{ type: 'text', name: 'text', optional: true, example: 'good film' }]);
    expect(parseInstances(fitted, [{ text: 'never seen' }, { text: null }]).columns.get('text')).toEqual(
      column('never seen', null),
    );
    expect(() => parseInstances(fitted, [{ text: 3 }])).toThrow(
      'instances[0], feature "text" is 3; expected a text or null',
    );
  });
});
