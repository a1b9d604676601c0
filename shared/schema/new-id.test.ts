import { afterEach, expect, it, vi } from 'vitest';
import { idOf } from './id.ts';
import { newId } from './new-id.ts';

afterEach(() => vi.useRealTimers());

it('makes ids that differ, fit their schema, and sort as they were made', () => {
  const ids = Array.from({ length: 100_000 }, () => newId('run'));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  for (const id of [ids[0], ids.at(-1)]) expect(idOf('run').safeParse(id).success).toBe(true);
});

it('sorts them by time, and goes on where a clock goes back', async () => {
  vi.resetModules();
  const { newId } = await import('./new-id.ts');
  const ids = [1469918176385, 1469918176386, 1469918170000].map((now) => {
    vi.useFakeTimers({ now });
    return newId('run');
  });
  expect([...ids].sort()).toEqual(ids);
  expect(ids[0]!.slice(4, 14)).toBe('01aryz6s41'); // the specification's example
});
