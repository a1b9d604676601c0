import { describe, expect, it } from 'vitest';
import { bleu, bleuOf, bleuWords } from './bleu.ts';

describe('BLEU', () => {
  it('is 100 for the very text', () => {
    expect(bleuOf(['the cat sat on the mat'], ['the cat sat on the mat'])).toBeCloseTo(100, 10);
  });

  it('counts runs up to four, by hand', () => {
    // a b c d | a x c y: 2 of 4 words; of 3 pairs, 2 threes and 1 four none: a half, a quarter, an eighth of one
    const logs = [2 / 4, 1 / 2 / 3, 1 / 4 / 2, 1 / 8 / 1].map(Math.log);
    expect(bleuOf(['a b c d'], ['a x c y'])).toBeCloseTo(
      100 * Math.exp(logs.reduce((a, b) => a + b) / 4),
      10,
    );
  });

  it('takes from a text that is too short', () => {
    // all runs right, 5 words for 7: exp(1 − 7 ÷ 5)
    expect(bleuOf(['a b c d e'], ['a b c d e f g'])).toBeCloseTo(100 * Math.exp(-0.4), 10);
  });

  /** By sacrebleu 2.6.0, `BLEU(tokenize='13a')` and, for Chinese, `'zh'`. */
  it.each([
    [['the the the the the the the'], ['the cat is on the mat'], 7.809849842300637],
    [
      ['the cat sat on a mat', "It's 3.5 km, isn't it?"],
      ['the cat sat on the mat', "It is 3.5 km away, isn't it?"],
      43.844133922096276,
    ],
    [['我喜欢吃苹果。', '他昨天没来'], ['我喜欢苹果。', '他昨天没有来。'], 44.242621419835096],
    [['a'], ['b'], 0],
    [['a b'], ['a b'], 0],
  ])('is as sacrebleu has it: %j for %j', (said, truth, expected) => {
    expect(bleuOf(said, truth)).toBeCloseTo(expected, 10);
  });

  it('parts signs from words, but not those within numbers', () => {
    expect(bleuWords("我有3.5个iPhone-12，(真的)吗？Yes, it's 1,000.").join(' ')).toBe(
      "我 有 3.5 个 iPhone-12 ， ( 真 的 ) 吗 ？ Yes , it's 1,000 .",
    );
  });

  it('is not defined where no texts were asked for', () => {
    expect(bleu.compute({ task: 'translation', right: 1, tokens: 2 })).toBeNull();
  });
});
