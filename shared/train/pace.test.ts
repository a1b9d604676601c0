import { expect, it } from 'vitest';
import { createSavingPace } from './pace.ts';

/** A clock that stands until it is moved, and a pace by it. */
function setUp(leastMs: number) {
  let ms = 0;
  const pace = createSavingPace(leastMs, () => ms);
  return {
    /** Milliseconds until the next save is due. */
    wait() {
      const from = ms;
      while (!pace.isDue()) ms++;
      return ms - from;
    },
    /** A save that takes `making`, and then `taking` of whoever takes it. */
    async save(making: number, taking: number) {
      const make = async () => {
        ms += making;
        return 'saved';
      };
      for await (const saved of pace.save(make)) {
        expect(saved).toBe('saved');
        ms += taking;
      }
    },
  };
}

it('saves at its least interval while that is cheap', async () => {
  const { wait, save } = setUp(2000);
  expect(wait()).toBe(2000);
  await save(30, 10);
  expect(wait()).toBe(2000); // 50 × 40 ms is no longer
});

it('waits fifty times as long as the last save took, handing it on included: under 2 % of the time', async () => {
  const { wait, save } = setUp(2000);
  wait();
  await save(80, 20);
  expect(wait()).toBe(5000);
  await save(300, 0);
  expect(wait()).toBe(15_000);
  await save(1, 0);
  expect(wait()).toBe(2000);
});

it('waits 150 times the least at most, and not at all where that is none', async () => {
  const { wait, save } = setUp(2000);
  wait();
  await save(1000, 60_000);
  expect(wait()).toBe(300_000);
  const eager = setUp(0);
  await eager.save(1000, 0);
  expect(eager.wait()).toBe(0);
});
