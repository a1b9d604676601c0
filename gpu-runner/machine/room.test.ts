import { expect, it } from 'vitest';
import { hasRoom, memoryOfMachine } from './room.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const resident = (pid: number) => ({ 1: 300 * MIB, 2: 3 * GIB })[pid] ?? 0;

it.each([
  ['an idle machine with a GiB', [], GIB, true],
  ['one with less', [], GIB - 1, false],
  ['one whose job has not begun: it will take a GiB', [{}], 2 * GIB - 1, false],
  ['the same with room for both', [{}], 2 * GIB, true],
  // of 768 MiB + 2 GiB it has taken 300 MiB: 2516 MiB are to come
  ['a job that grows', [{ pid: 1, memoryBytes: 2 * GIB }], GIB + 2516 * MIB - 1, false],
  ['a job that grows, with room', [{ pid: 1, memoryBytes: 2 * GIB }], GIB + 2516 * MIB, true],
  ['a job that has all it said, and more', [{ pid: 2, memoryBytes: GIB }], GIB, true],
  ['both', [{ pid: 1, memoryBytes: 2 * GIB }, { pid: 2 }], GIB + 2516 * MIB, true],
])('%s', (_, seats, free, expected) => {
  expect(hasRoom(seats, free, resident)).toBe(expected);
});

it('reads what this machine has, and what a process has taken', () => {
  expect(memoryOfMachine()).toBeGreaterThan(GIB / 4);
  // this process has taken far more than nothing of the GiB that it is reckoned with, so less is needed than for one unheard of
  if (process.platform !== 'linux') return;
  const needs = (pid: number | undefined) => {
    let free = 0;
    while (!hasRoom([{ pid }], free)) free += MIB;
    return free;
  };
  expect(needs(undefined) / GIB).toBe(2);
  expect(needs(process.pid)).toBeLessThan(2 * GIB - 40 * MIB);
});
