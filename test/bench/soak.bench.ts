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
/** Memory is looked at when the server is warm, and after each of so many parts of what is left: what leaks grows in every one of them. */
const WARM_SECONDS = Math.min(30, SECONDS / 4);
const PARTS = 4;

export async function bench(): Promise<Row[]> {
  const { server, memory } = await withWorkerd(() => startOwnServer());
  try {
    const prepared = await prepareSoak(server.api);
    const at = { url: server.origin, token: server.token };
    const options = { connections: 16, graceMs: 3000, holdMs: 1500 };
    await soak(prepared, at, { ...options, seconds: WARM_SECONDS });
    const memories = [await memory()];
    let [requests, changes, faults] = [0, 0, 0];
    for (let part = 0; part < PARTS; part++) {
      const seconds = (SECONDS - WARM_SECONDS) / PARTS;
      const soaked = await soak(prepared, at, { ...options, seconds });
      for (const fault of soaked.faults) say(fault);
      requests += soaked.requests;
      changes += soaked.changes;
      faults += soaked.faults.length;
      memories.push(await memory());
    }
    const one = (metric: string, unit: string, value: number) =>
      rowsOf('soak', metric, { unit, values: { [OURS]: [value] } });
    return [
      ...one('requests', '', requests),
      ...one('changes', '', changes),
      ...one('faults', '', faults),
      ...memories.flatMap((value, part) => one(`memory ${part}/${PARTS}`, 'MB', value)),
    ];
  } finally {
    await server.close();
  }
}
