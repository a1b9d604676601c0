import { describe, expect, it } from 'vitest';
import { createPieceTokenizer, type Vocabulary } from './sentence-pieces.ts';

/** Six that are no text, then these. */
const vocabularyOf = (pieces: Vocabulary): Vocabulary => [
  ...['�', '<s>', '</s>', '1', '2', '3'].map((name): [string, number] => [name, 0]),
  ...pieces,
];
const VOCABULARY = vocabularyOf([
  ['▁', -4], // 6
  ['▁a', -2], // 7
  ['b', -3], // 8
  ['ab', -1], // 9
  ['▁ab', -4.5], // 10
  ['c', -2], // 11
  ['bc', -6], // 12
  [':', null], // 13
]);

describe('pieces of a vocabulary', () => {
  const tokenize = createPieceTokenizer(VOCABULARY);
  it.each([
    // ▁ + ab = −5, ▁a + b = −5, ▁ab = −4.5
    ['ab', [10]],
    // ▁ab + c = −6.5; ▁a + bc = −8
    ['abc', [10, 11]],
    ['a', [7]],
    ['ab a', [10, 7]],
    ['ａ', [7]], // its wide form
    ['', []],
    // unknown characters are one token together
    ['xyz', [6, 0]],
    ['axyb', [7, 0, 8]],
    ['😀😀b', [6, 0, 8]],
    // one without a score costs nothing
    ['a:', [7, 13]],
  ])('%j', (text, ids) => expect(tokenize(text)).toEqual(ids));

  it('take the later of two that score alike', () => {
    const tie = createPieceTokenizer(
      vocabularyOf([
        ['▁', -1],
        ['▁a', -2],
        ['a', -1],
      ]),
    );
    expect(tie('a')).toEqual([6, 8]);
  });
});
