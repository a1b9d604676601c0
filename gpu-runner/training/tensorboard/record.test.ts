import { expect, it } from 'vitest';
import { crc32c, recordOf } from './record.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it('checks as RFC 3720 does', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

it('frames data between two lengths of checksums', () => {
  // crc32c("123456789") is e3069283; turned right by 15 bits 2507c60d, and a282ead8 more makes c78ab0e5.
  const record = hex(recordOf(Buffer.from('123456789')));
  expect(record.slice(0, 16)).toBe('0900000000000000');
  expect(record.slice(24)).toBe(`${hex(Buffer.from('123456789'))}e5b08ac7`);
});
