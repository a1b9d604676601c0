import { expect, test } from 'vitest';
import { chooseByTraffic } from './choose-by-traffic.ts';

test.each([
  [0, 'a'],
  [0.899, 'a'],
  [0.9, 'c'],
  [0.999, 'c'],
])('a draw of %d falls to %s when a has 90 %%, b none and c 10 %%', (at, name) => {
  const served = [
    { name: 'a', traffic: 90 },
    { name: 'b', traffic: 0 },
    { name: 'c', traffic: 10 },
  ];
  expect(chooseByTraffic(served, at).name).toBe(name);
});
