import { expect, test } from 'vitest';
import { addTraffic, lastHour, NO_TRAFFIC, TrafficTally } from './endpoint-traffic.ts';
import type { Traffic } from './schema/endpoint.ts';

const sample = (at: string, ms: number, status = 200) => ({
  ...{ at: Date.parse(at), status, ms, summary: 'Adelie' },
  ...{ version: 1, rows: status === 200 ? 2 : 0 },
});

const SAMPLES = [
  sample('2026-11-23T10:00:01.000Z', 2),
  sample('2026-11-23T10:00:59.999Z', 3, 422),
  sample('2026-11-23T10:01:00.000Z', 4),
];

/** Counted in so many pieces, put together afterwards. */
function countIn(pieces: number[][]): Traffic {
  const tally = new TrafficTally();
  return pieces.reduce((traffic, piece) => {
    for (const i of piece) tally.add(SAMPLES[i]!);
    return addTraffic(traffic, tally.take());
  }, NO_TRAFFIC);
}

test.each([[[[0, 1, 2]]], [[[0], [1], [2]]], [[[2], [0, 1]]], [[[1, 2], [], [0]]]])(
  'requests are counted by minute, errors among them, in pieces %j',
  (pieces) => {
    const traffic = countIn(pieces);
    expect(traffic.buckets).toEqual([
      { minute: '2026-11-23T10:00:00.000Z', requests: 2, errors: 1, totalMs: 5 },
      { minute: '2026-11-23T10:01:00.000Z', requests: 1, errors: 0, totalMs: 4 },
    ]);
    expect(traffic.recent.map(({ ms }) => ms)).toEqual([4, 3, 2]);
    expect(traffic.totals).toEqual([
      {
        version: 1,
        rows: 4,
        requests: 3,
        errors: 1,
        answeredMs: 6,
        refusedMs: 3,
        last: '2026-11-23T10:01:00.000Z',
      },
    ]);
  },
);

test('only the last fifty samples and the last sixty minutes stay', () => {
  const tally = new TrafficTally();
  for (let i = 0; i < 260; i++)
    tally.add(sample(new Date(Date.UTC(2026, 10, 23, 10, 0, 0, i)).toISOString(), i));
  const traffic = tally.take();
  expect(traffic.recent).toHaveLength(50);
  expect(traffic.recent[0]?.ms).toBe(259);
  expect(lastHour(traffic, Date.parse('2026-11-23T10:59:59.000Z')).buckets).toHaveLength(1);
  expect(lastHour(traffic, Date.parse('2026-11-23T11:00:00.000Z')).buckets).toHaveLength(0);
});

test('steps of a graph are counted by model version', () => {
  const step = (name: string, version: number, rows: number) => ({
    ...{ step: `root/${name}`, model: { name: 'm', version } },
    instances: Array.from({ length: rows }, (_, i) => i),
  });
  const counted = (...steps: ReturnType<typeof step>[]) => {
    const tally = new TrafficTally();
    tally.add({ ...SAMPLES[0]!, steps });
    return tally.take();
  };
  const all = addTraffic(
    counted(step('a', 1, 3), step('b', 1, 1)),
    counted(step('a', 1, 2), step('a', 2, 5)),
  );
  expect(all.steps.map((one) => [one.step, one.model, one.version, one.rows, one.requests])).toEqual([
    ['root/a', 'm', 1, 5, 2],
    ['root/b', 'm', 1, 1, 1],
    ['root/a', 'm', 2, 5, 1],
  ]);
  expect(all.recent.every((one) => !('steps' in one))).toBe(true);
});
