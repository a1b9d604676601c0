import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnPieces, piecesOf, tidyText } from './pieces.ts';

const TEXTS = ['The cat, the hat.', 'the cat', '我们是猫。', '我们!', ' It’s 3.5  km '];

describe('pieces', () => {
  it('are joined as often as they occur, a space being part of what follows', () => {
    // ▁cat twice and ▁the twice; “at” three times in cat, cat and hat
    const state = learnPieces(['the cat', 'the cat hat'], { vocabulary: 100, minCount: 2 });
    expect(state.characters).toEqual(['t', '▁', 'a', 'h', 'c', 'e']);
    expect(state.merges[0]).toEqual(['a', 't']);
    expect(state.merges.map((pair) => pair.join(''))).toContain('▁cat');
    const { split, join, count } = piecesOf(state);
    const whole = split('the cat');
    expect(whole).toHaveLength(2);
    expect(join(whole)).toBe('the cat');
    expect(count).toBe(state.characters.length + state.merges.length);
  });

  it('say of characters that no text had that they are not known', () => {
    const { split, join } = piecesOf(learnPieces(['ab', 'ab'], { vocabulary: 10, minCount: 2 }));
    expect(split('xab')).toContain(-1);
    expect(join(split('xab'))).toBe('ab');
  });

  it('come back as the text they were, of spaced and unspaced scripts', () => {
    const { split, join } = piecesOf(learnPieces(TEXTS, { vocabulary: 200, minCount: 1 }));
    for (const text of TEXTS) expect(join(split(text))).toBe(tidyText(text));
    expect(split('我们')).toHaveLength(1);
  });

  it('come back whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 6 }), (texts) => {
        const { split, join } = piecesOf(learnPieces(texts, { vocabulary: 1000, minCount: 1 }));
        for (const text of texts) expect(join(split(text))).toBe(tidyText(text));
      }),
    );
  });

  it('of nothing are none', () => {
    const { split, join } = piecesOf(learnPieces([''], { vocabulary: 10, minCount: 1 }));
    expect([split(''), join([])]).toEqual([[], '']);
  });
});
