import { expect, test } from 'vitest';
import { createMemoryCache } from './memory-cache.ts';

test('the least recently used go when there is no room for all', () => {
  const cache = createMemoryCache<string>(100);
  cache.put('a', 'A', 40);
  cache.put('b', 'B', 40);
  expect(cache.get('a')).toBe('A'); // now b is the older
  cache.put('c', 'C', 40);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
});

test('what grows makes room by others; what alone is too large stays', () => {
  const cache = createMemoryCache<string>(100);
  cache.put('a', 'A', 40);
  cache.put('b', 'B', 40);
  cache.grow('b', 60);
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 'B']);
  cache.put('c', 'C', 500);
  expect([cache.get('b'), cache.get('c')]).toEqual([undefined, 'C']);
  cache.grow('gone', 1000);
  cache.put('c', 'C', 10);
  cache.put('d', 'D', 90);
  expect([cache.get('c'), cache.get('d')]).toEqual(['C', 'D']);
});
