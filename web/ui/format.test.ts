import { describe, expect, it } from 'vitest';
import { ago, bytes, decimal, duration, percent, plural } from './format.ts';

describe('format', () => {
  it.each([
    [0, '0'],
    [1234, '1,234'],
    [0.123456, '0.1235'],
    [39.1, '39.1'],
    [12345.678, '12346'],
    [-0.00001234, '-1.23e-5'],
  ])('decimal(%s) is %s', (value, text) => expect(decimal(value)).toBe(text));
  it.each([
    [900, '900 B'],
    [1500, '1.5 KB'],
    [13_478_000, '13 MB'],
  ])('bytes(%s) is %s', (value, text) => expect(bytes(value)).toBe(text));
  it.each([
    [400, '0 s'],
    [83_000, '1 min 23 s'],
    [7_260_000, '2 h 1 min'],
  ])('duration(%s) is %s', (value, text) => expect(duration(value)).toBe(text));
  it('says how long ago', () => {
    const now = Date.parse('2026-11-23T12:00:00.000Z');
    expect(ago('2026-11-23T11:59:40.000Z', now)).toBe('just now');
    expect(ago('2026-11-23T11:55:00.000Z', now)).toBe('5 min ago');
    expect(ago('2026-11-23T09:00:00.000Z', now)).toBe('3 h ago');
  });
  it('counts and shares', () => {
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(344, 'row')).toBe('344 rows');
    expect(percent(0.97115)).toBe('97.1%');
  });
});
