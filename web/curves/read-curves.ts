/** Reads a run's curves: at once so much of them that a screen shows and, of a run with many points, then all of them, curve by curve. */
import type { Client } from '../../shared/api/client.ts';
import { getRunMetrics, getRunOverview } from '../../shared/api/routes/runs.ts';
import { appendPoints, type RunCurves } from './run-curves.ts';

/** Points asked for at a time. */
const PIECE = 50_000;

/** `onOverview` is told what can be shown before all are there. */
export async function readCurves(
  client: Client,
  run: string,
  { signal, onOverview }: { signal?: AbortSignal; onOverview?: (curves: RunCurves) => void } = {},
): Promise<RunCurves> {
  const params = { run };
  const options = signal && { signal };
  const { isWhole, points } = await client.call(getRunOverview, { params }, options);
  const overview = appendPoints(new Map(), points);
  if (isWhole) return overview;
  onOverview?.(overview);
  let curves: RunCurves = new Map();
  for (const { split, name } of overview.values()) {
    for (let after = -1; ; ) {
      const query = { split, name, after, limit: PIECE };
      const piece = await client.call(getRunMetrics, { params, query }, options);
      curves = appendPoints(curves, piece);
      if (piece.length < PIECE) break;
      after = piece.at(-1)!.step;
    }
  }
  return curves;
}
