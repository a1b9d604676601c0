import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { sign, waitAfter } from './callbacks.ts';
import { waitOf, wantsAsync } from './prefer.ts';

test('signs as Standard Webhooks has it', async () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  const content = 'pred_1.1700000000.{"ü":1}';
  const expected = createHmac('sha256', key).update(content).digest('base64');
  expect(await sign(`whsec_${key.toString('base64')}`, content)).toBe(`v1,${expected}`);
});

test('tries again after 2 s, 8 s … 9 h, a fifth more or less, and gives up after nine attempts', () => {
  const waits = Array.from({ length: 9 }, (_, i) => waitAfter(i + 1, 0.5));
  expect(waits).toEqual([2000, 8000, 32_000, 128_000, 512_000, 2_048_000, 8_192_000, 32_768_000, null]);
  expect([waitAfter(1, 0), waitAfter(1, 1)]).toEqual([1600, 2400]);
});

test.each([
  [undefined, false, 0],
  ['respond-async', true, 0],
  ['Respond-Async, wait=10', true, 10],
  ['wait="5"; foo=bar, respond-async', true, 5],
  ['x-respond-async', false, 0],
  ['wait=soon', false, 0],
])('Prefer: %s', (header, later, wait) => {
  expect([wantsAsync(header), waitOf(header)]).toEqual([later, wait]);
});
