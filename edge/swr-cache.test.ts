/** A clock that the test sets, and a source that may be away. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSwrCache } from './swr-cache.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function cacheOf(load: () => Promise<string | null>) {
  const cache = createSwrCache<string>({ freshMs: 1000, staleMs: 10_000, graceMs: 60_000, maxEntries: 2 });
  const behind: Promise<unknown>[] = [];
  const get = (key = 'a') => cache.get(key, load, (work) => void behind.push(work));
  return { get, behind };
}
const away = () => Promise.reject(new Error('away'));

test('a value is taken as it is, then given while another is fetched behind it, then waited for', async () => {
  const load = vi.fn(async () => `at ${Date.now()}`);
  vi.setSystemTime(0);
  const { get, behind } = cacheOf(load);
  expect(await get()).toBe('at 0');
  vi.setSystemTime(900);
  expect(await get()).toBe('at 0');
  expect(load).toHaveBeenCalledTimes(1);
  vi.setSystemTime(2000);
  expect(await get()).toBe('at 0');
  await Promise.all(behind);
  expect(await get()).toBe('at 2000');
  vi.setSystemTime(13_000);
  expect(await get()).toBe('at 13000');
});

test('while the source is away, an old value is given for a minute, and no longer', async () => {
  const load = vi.fn<() => Promise<string | null>>(async () => 'known');
  vi.setSystemTime(0);
  const { get } = cacheOf(load);
  await get();
  load.mockImplementation(away);
  vi.setSystemTime(59_000);
  expect(await get()).toBe('known');
  vi.setSystemTime(61_000);
  await expect(get()).rejects.toThrow('away');
  await expect(get('b')).rejects.toThrow('away');
});

test('what is gone is not given again, and the least recently used goes first', async () => {
  const load = vi.fn<() => Promise<string | null>>(async () => 'known');
  vi.setSystemTime(0);
  const { get } = cacheOf(load);
  for (const key of ['a', 'b', 'c']) await get(key);
  expect(load).toHaveBeenCalledTimes(3);
  await get('c');
  await get('b');
  expect(load).toHaveBeenCalledTimes(3);
  await get('a');
  expect(load).toHaveBeenCalledTimes(4);
  load.mockResolvedValue(null);
  vi.setSystemTime(11_000);
  expect(await get('a')).toBeNull();
});
