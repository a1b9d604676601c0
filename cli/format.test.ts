import { expect, it } from 'vitest';
import { formatBytes, formatDuration, formatMetrics, formatNumber, formatTable, headline } from './format.ts';
import { drawBar } from './progress.ts';

it('pads columns to their widest cell, and not by colours', () => {
  expect(
    formatTable(
      ['run', 'state'],
      [
        ['run_1', '\x1b[32mdone\x1b[39m'],
        ['r', ''],
      ],
    ),
  ).toBe('run    state\nrun_1  \x1b[32mdone\x1b[39m\nr');
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_999, '1.0 MB'],
  [124_869, '124.9 kB'],
  [2_147_483_648, '2.1 GB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it.each([
  [400, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [3_725_000, '1 h 2 min'],
])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

it.each([
  [0.98765, '0.9877'],
  [1, '1'],
  [53.25149, '53.25'],
  [123_456, '123500'],
])('%d is %s', (value, text) => expect(formatNumber(value)).toBe(text));

it('sets validation and test side by side', () => {
  expect(formatMetrics({ validation: { accuracy: 1 }, test: { accuracy: 0.98551, f1: 0.98 } })).toBe(
    'metric    validation  test\naccuracy  1           0.9855\nf1                    0.98',
  );
});

it('heads a list with the first test metric that is not the loss', () => {
  expect(headline({ validation: {}, test: { loss: 0.1, r2: 0.45678 } })).toBe('r2 0.4568');
  expect(headline(null)).toBe('');
});

it('draws a bar of 24', () => {
  expect(drawBar(0.5)).toBe(`${'█'.repeat(12)}${'░'.repeat(12)} 50 %`);
  expect(drawBar(2)).toContain('█'.repeat(24));
  expect(drawBar(null)).toBe('░'.repeat(24));
});
