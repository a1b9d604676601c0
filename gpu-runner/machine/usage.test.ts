import { expect, it } from 'vitest';
import { RunnerUsage } from '../../shared/schema/run.ts';
import { busyShare, createUsageMeter } from './usage.ts';

it.each([
  ['half of the time', { busy: 100, all: 400 }, { busy: 150, all: 500 }, 0.5],
  ['no time', { busy: 100, all: 400 }, { busy: 100, all: 400 }, 0],
  ['a clock that went back', { busy: 100, all: 400 }, { busy: 90, all: 390 }, 0],
])('of %s it says its share', (_, from, to, share) => {
  expect(busyShare(from, to)).toBe(share);
});

it('tells what this machine is busy with', async () => {
  const meter = createUsageMeter(false);
  for (const until = performance.now() + 300; performance.now() < until; );
  const usage = RunnerUsage.parse(await meter());
  expect(usage.cpu).toBeGreaterThan(0);
  expect(usage.memory).toBeGreaterThan(0);
  expect([usage.gpu, usage.gpuMemory]).toEqual([null, null]);
});
