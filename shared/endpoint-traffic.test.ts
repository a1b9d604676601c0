import { expect, test } from 'vitest';
import { addSample, lastHour, NO_TRAFFIC } from './endpoint-traffic.ts';

const sample = (at: string, ms: number, status = 200) => ({
  ...{ at, status, ms, summary: 'Adelie' },
  ...{ version: 1, rows: status === 200 ? 2 : 0 },
});

test('requests are counted by minute, errors among them', () => {
  const traffic = [
    sample('2026-11-23T10:00:01.000Z', 2),
    sample('2026-11-23T10:01:00.000Z', 4),
    sample('2026-11-23T10:00:59.999Z', 3, 422),
  ].reduce(addSample, NO_TRAFFIC);
  expect(traffic.buckets).toEqual([
    { minute: '2026-11-23T10:00:00.000Z', requests: 2, errors: 1, totalMs: 5 },
    { minute: '2026-11-23T10:01:00.000Z', requests: 1, errors: 0, totalMs: 4 },
  ]);
  expect(traffic.recent.map(({ ms }) => ms)).toEqual([3, 4, 2]);
  expect(traffic.totals).toEqual([
    {
      version: 1,
      rows: 4,
      requests: 3,
      errors: 1,
      answeredMs: 6,
      refusedMs: 3,
      last: '2026-11-23T10:00:59.999Z',
    },
  ]);
});

test('only the last fifty samples and the last sixty minutes stay', () => {
  let traffic = NO_TRAFFIC;
  for (let i = 0; i < 60; i++) traffic = addSample(traffic, sample('2026-11-23T10:00:00.000Z', i));
  expect(traffic.recent).toHaveLength(50);
  expect(traffic.recent[0]?.ms).toBe(59);
  expect(lastHour(traffic, Date.parse('2026-11-23T10:59:59.000Z')).buckets).toHaveLength(1);
  expect(lastHour(traffic, Date.parse('2026-11-23T11:00:00.000Z')).buckets).toHaveLength(0);
});
