import { expect, it } from 'vitest';
import { valuesOf } from './regression.ts';

it('values come back in their own units', () => {
  expect([...valuesOf(Float32Array.of(-1, 0.5), { targetState: { mean: 100, std: 20 } })]).toEqual([80, 110]);
});
