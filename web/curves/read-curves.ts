/** Reads a run's curves in slices: 100,000 points are 9 MB of JSON, of which typed arrays are a quarter and its objects many times as much. */
import * as z from 'zod';
import type { Client } from '../../shared/api/client.ts';
import { getRunMetrics } from '../../shared/api/routes/runs.ts';
import { MetricPoint } from '../../shared/schema/metric.ts';
import { appendPoints, type RunCurves } from './run-curves.ts';

const Points = z.array(MetricPoint);
/** Characters parsed at a time: about 600 points. */
const SLICE = 50_000;

export async function readCurves(client: Client, run: string, signal?: AbortSignal): Promise<RunCurves> {
  const route = { ...getRunMetrics, reply: 'bytes' as const };
  const response = await client.call(route, { params: { run } }, signal && { signal });
  let curves: RunCurves = new Map();
  for await (const points of slicesOf(response.body!)) curves = appendPoints(curves, points);
  return curves;
}

/** A point is a flat object of numbers and names: `},` is the end of one, and of nothing else. */
async function* slicesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<MetricPoint[]> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let isFirst = true;
  let rest = '';
  for (let done = false; !done; ) {
    const read = await reader.read();
    done = read.done;
    rest += read.value ?? '';
    while (rest.length > SLICE) {
      const end = rest.lastIndexOf('},', SLICE);
      if (end < 0) break;
      yield Points.parse(JSON.parse(`${isFirst ? '' : '['}${rest.slice(0, end + 1)}]`));
      isFirst = false;
      rest = rest.slice(end + 2);
    }
  }
  yield Points.parse(JSON.parse(`${isFirst ? '' : '['}${rest}`));
}
