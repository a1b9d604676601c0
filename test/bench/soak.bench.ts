/**
 * Ten minutes (SOAK_SECONDS) of full load on one endpoint while models are published, promoted and taken away, every answer checked;
 * and whether workerd's memory stays flat. The first faults are printed.
 */
import { prepareSoak, soak } from '../helpers/soak.ts';
import { say } from './contest.ts';
import { startOwnServer } from './edge/own-server.ts';
import { OURS } from './edge/race.ts';
import { withWorkerd } from './edge/workerd-memory.ts';
import { type Row, rowsOf } from './rows.ts';

const SECONDS = Number(process.env.SOAK_SECONDS ?? 600);
/** Memory is looked at when the server is warm, and at the end. */
const WARM_SECONDS = Math.min(30, SECONDS / 4);

export async function bench(): Promise<Row[]> {
  const { server, memory } = await withWorkerd(() => startOwnServer());
  try {
    const prepared = await prepareSoak(server.api);
    const at = { url: server.origin, token: server.token };
    const options = { connections: 16, graceMs: 3000, holdMs: 1500 };
    await soak(prepared, at, { ...options, seconds: WARM_SECONDS });
    const before = await memory();
    const { requests, changes, faults } = await soak(prepared, at, {
      ...options,
      seconds: SECONDS - WARM_SECONDS,
    });
    const after = await memory();
    for (const fault of faults) say(fault);
    const one = (metric: string, unit: string, value: number) =>
      rowsOf('soak', metric, { unit, values: { [OURS]: [value] } });
    return [
      ...one('requests', '', requests),
      ...one('changes', '', changes),
      ...one('faults', '', faults.length),
      ...one('memory before', 'MB', before),
      ...one('memory after', 'MB', after),
    ];
  } finally {
    await server.close();
  }
}
