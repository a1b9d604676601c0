/**
 * A hundred thousand bodies that are nearly right, at a Worker: how many are answered with which status, and how many in a way that no
 * client could have expected (a fault of ours, no reason, no answer). The first that were are printed with their seeds.
 */
import { startEdge } from '../helpers/edge.ts';
import { apiOf, CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { fuzz } from '../helpers/fuzz.ts';
import { say } from './contest.ts';
import { type Row, rowsOf } from './rows.ts';

const BODIES = Number(process.env.FUZZ_BODIES ?? 100_000);
const PIECE = 5000;

export async function bench(): Promise<Row[]> {
  const edge = await startEdge();
  try {
    await serveModel(apiOf(edge), 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
    const statuses: Record<number, number> = {};
    let faults = 0;
    const start = performance.now();
    for (let from = 0; from < BODIES; from += PIECE) {
      const count = Math.min(PIECE, BODIES - from);
      const piece = await fuzz({ url: edge.url, token: edge.ownerToken }, { from, count });
      for (const [status, many] of Object.entries(piece.statuses))
        statuses[Number(status)] = (statuses[Number(status)] ?? 0) + many;
      for (const fault of piece.faults.slice(0, 5)) say(fault);
      faults += piece.faults.length;
      say(`${from + count} bodies, ${faults} faults`);
    }
    const perSecond = (BODIES * 1000) / (performance.now() - start);
    const one = (metric: string, unit: string, value: number) =>
      rowsOf('fuzz', metric, { unit, values: { trainyard: [value] } });
    return [
      ...one('faults', 'bodies', faults),
      ...Object.entries(statuses).flatMap(([status, many]) => one(`status ${status}`, 'bodies', many)),
      ...one('pace', 'bodies/s', perSecond),
    ];
  } finally {
    await edge.close();
  }
}
