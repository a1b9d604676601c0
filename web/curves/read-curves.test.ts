import { describe, expect, it } from 'vitest';
import { createClient } from '../../shared/api/client.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { readCurves } from './read-curves.ts';
import { curveOf } from './run-curves.ts';

/** A server's answer that arrives in pieces of `size` bytes. */
function answering(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  return createClient({ baseUrl: 'http://localhost', fetch: async () => new Response(body) });
}

describe('readCurves', () => {
  const points = Array.from(
    { length: 5000 },
    (_, i): MetricPoint => ({
      step: i + 1,
      epoch: (i + 1) / 100,
      split: i % 50 === 49 ? 'validation' : 'train',
      name: 'loss',
      value: 1 / (i + 1),
    }),
  );

  it.each([[1000], [65_536], [10_000_000]])('puts slices together, in pieces of %i bytes', async (size) => {
    const curves = await readCurves(answering(JSON.stringify(points), size), 'run_1');
    const train = curveOf(curves, 'train', 'loss')!;
    const validation = curveOf(curves, 'validation', 'loss')!;
    expect([train.length, validation.length]).toEqual([4900, 100]);
    const expected = points.filter(({ split }) => split === 'train').map(({ value }) => value);
    expect([...train.value.subarray(0, 4900)]).toEqual(expected);
    expect(validation.step[99]).toBe(5000);
  });

  it('takes a run without points, and refuses what are no points', async () => {
    expect((await readCurves(answering('[]', 10), 'run_1')).size).toBe(0);
    await expect(readCurves(answering('[{"step":-1}]', 10), 'run_1')).rejects.toThrow(/step/);
  });
});
