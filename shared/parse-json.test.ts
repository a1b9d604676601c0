import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import { parseJson } from './parse-json.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const messageOf = (text: string): string => {
  try {
    parseJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).message;
  }
  throw new Error('it was accepted');
};

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 12 }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('counts no brackets inside of strings', () => {
    const text = JSON.stringify({ [`"${'['.repeat(99)}\\`]: `\\"${'{'.repeat(99)}` });
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('reads as deep as is said, and no deeper', () => {
    expect(parseJson(nested(64))).toHaveLength(1);
    for (const depth of [65, 5_000_000])
      expect(messageOf(nested(depth))).toContain('0.0.0.0.0.0.0.0…: lists and objects');
  });

  it.each([
    ['{"model":[{"type":"dense"},{"type":', 'model.1.type.0.0'],
    ['{"features":[[1],[{"a":{"b\\"":3}}],', 'features.2.0.0'],
    ['{"a":{"b":{}},"c":', 'c.0.0.0'],
  ])('names the place: %s', (before, place) => {
    expect(messageOf(before + nested(100))).toContain(place);
  });

  it('leaves it to JSON.parse to say what is no JSON', () => {
    for (const text of ['', '{', ']]]]', '"', '"\\', '{"a":}', 'x'])
      expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
