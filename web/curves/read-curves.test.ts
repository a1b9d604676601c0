import { describe, expect, it } from 'vitest';
import { createClient } from '../../shared/api/client.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { readCurves } from './read-curves.ts';
import { curveOf, type RunCurves } from './run-curves.ts';

const POINTS = Array.from(
  { length: 120_000 },
  (_, i): MetricPoint => ({
    ...{ step: i + 1, epoch: (i + 1) / 100, split: i % 50 === 49 ? 'validation' : 'train', name: 'loss' },
    value: 1 / (i + 1),
  }),
);

/** A server of these points that tells all of them, or some first; `asked`: what for. */
function serverOf(points: readonly MetricPoint[], isWhole: boolean) {
  const asked: string[] = [];
  const fetch = async (url: RequestInfo | URL) => {
    const { pathname, search, searchParams } = new URL(String(url));
    asked.push(pathname.split('/').at(-1)! + search);
    if (pathname.endsWith('/overview')) {
      const some = isWhole ? points : points.filter(({ step }) => step % 100 < 2);
      return Response.json({ isWhole, points: some });
    }
    const [after, limit] = [Number(searchParams.get('after')), Number(searchParams.get('limit'))];
    const curve = points.filter(({ split, step }) => split === searchParams.get('split') && step > after);
    return Response.json(curve.slice(0, limit));
  };
  return { client: createClient({ baseUrl: 'http://localhost', fetch }), asked };
}

describe('readCurves', () => {
  it('takes a short run as it is, and one without points', async () => {
    const { client, asked } = serverOf(POINTS.slice(0, 1000), true);
    const curves = await readCurves(client, 'run_1');
    expect(curveOf(curves, 'train', 'loss')!.length).toBe(980);
    expect(asked).toEqual(['overview']);
    expect((await readCurves(serverOf([], true).client, 'run_1')).size).toBe(0);
  });

  it('shows some of a long run, then has all of it, in pieces', async () => {
    const { client, asked } = serverOf(POINTS, false);
    let shown: RunCurves | undefined;
    const onOverview = (curves: RunCurves) => {
      shown = curves;
    };
    const curves = await readCurves(client, 'run_1', { onOverview });
    expect(curveOf(shown!, 'train', 'loss')!.length).toBe(1200);
    const [train, validation] = [curveOf(curves, 'train', 'loss')!, curveOf(curves, 'validation', 'loss')!];
    expect([train.length, validation.length]).toEqual([117_600, 2400]);
    const expected = POINTS.filter(({ split }) => split === 'train').map(({ value }) => value);
    expect([...train.value.subarray(0, train.length)]).toEqual(expected);
    expect(asked).toHaveLength(1 + 3 + 1);
  });

  it('refuses what are no points', async () => {
    const { client } = serverOf([{ step: -1 } as MetricPoint], true);
    await expect(readCurves(client, 'run_1')).rejects.toThrow(/step/);
  });
});
