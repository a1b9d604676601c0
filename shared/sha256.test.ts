import { expect, it } from 'vitest';
import { createSha256, sha256 } from './sha256.ts';

it('is SHA-256 (FIPS 180-2, "abc"), whole or in chunks', () => {
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256(new TextEncoder().encode('abc'))).toBe(hash);
  const stream = createSha256();
  for (const letter of 'abc') stream.update(new TextEncoder().encode(letter));
  expect(stream.hex()).toBe(hash);
});
