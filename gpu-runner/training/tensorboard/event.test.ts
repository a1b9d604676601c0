import { expect, it } from 'vitest';
import { scalarEvent, startEvent, versionEvent } from './event.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const SECONDS = 1.5; // 3ff8000000000000
const time = '09000000000000f83f';

it('writes a scalar field by field', () => {
  const value = `0a04${hex(Buffer.from('loss'))}150000003f`; // tag, 0.5
  expect(hex(scalarEvent(SECONDS, 300, 'loss', 0.5))).toBe(`${time}10ac022a0d0a0b${value}`);
});

it('says which format follows, and from where a later file counts', () => {
  expect(hex(versionEvent(SECONDS))).toBe(`${time}1a0d${hex(Buffer.from('brain.Event:2'))}`);
  expect(hex(startEvent(SECONDS, 5))).toBe(`${time}10053a020801`);
});
