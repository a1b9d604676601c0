/** One case under load: all contestants up at once, checked against one another, then loaded in turns. */
import { alternating, firstLine, measured, say } from '../contest.ts';
import { type Comparison, type Row, rowsOf } from '../rows.ts';
import { type Contestant, RIVALS } from './contestants.ts';
import { type OwnServer, publish } from './own-server.ts';
import { probabilitiesIn } from './probabilities.ts';
import { ask } from './request.ts';
import type { ServedCase } from './served-case.ts';
import { wrk } from './wrk.ts';

export const OURS = 'trainyard';
export const COMPARISONS: readonly Comparison[] = Object.keys(RIVALS).map((to) => [OURS, to]);

const SECONDS = Number(process.env.EDGE_SECONDS ?? 2);
const ROUNDS = Number(process.env.EDGE_ROUNDS ?? 2);
/** Largest difference between the probabilities of two contestants. */
const TOLERANCE = 1e-4;

/** `connections`: those of each race. */
export async function race(
  name: string,
  connections: readonly number[],
  server: OwnServer,
  served: ServedCase,
): Promise<Row[]> {
  await publish(server.api, name, served.own);
  const request = server.allowed(served.ownRequest);
  const own: Contestant = { origin: server.origin, request, infers: true, close: async () => {} };
  const contestants = new Map([[OURS, own], ...(await startRivals(name, served))]);
  try {
    await mustAgree(name, contestants);
    for (const { origin, request } of contestants.values())
      await wrk(origin, request, { connections: 16, seconds: 1 }); // until compilers have settled
    const rows: Row[] = [];
    for (const many of connections) rows.push(...(await load(name, many, contestants)));
    return rows;
  } finally {
    for (const { close } of contestants.values()) await close();
  }
}

async function startRivals(name: string, served: ServedCase): Promise<[string, Contestant][]> {
  const started = Object.entries(RIVALS).map(async ([rival, start]): Promise<[string, Contestant][]> => {
    try {
      return [[rival, await start(served)]];
    } catch (error) {
      say(`${name}: no ${rival}: ${firstLine(error)}`);
      return [];
    }
  });
  return (await Promise.all(started)).flat();
}

async function load(
  name: string,
  connections: number,
  contestants: ReadonlyMap<string, Contestant>,
): Promise<Row[]> {
  const rps = measured('requests/s', contestants.keys());
  const p50 = measured('ms', contestants.keys());
  const p99 = measured('ms', contestants.keys());
  for (let round = 0; round < ROUNDS; round++) {
    for (const [one, { origin, request }] of alternating(contestants, round)) {
      const seen = await wrk(origin, request, { connections, seconds: SECONDS });
      rps.values[one]!.push(seen.requestsPerSecond);
      p50.values[one]!.push(seen.p50);
      p99.values[one]!.push(seen.p99);
    }
    say(`${name}-c${connections}, round ${round + 1}: ${shown(rps.values, round)}`);
  }
  return [
    ...rowsOf(`${name}-c${connections}`, 'rps', rps, COMPARISONS),
    ...rowsOf(`${name}-c${connections}`, 'p50', p50, COMPARISONS),
    ...rowsOf(`${name}-c${connections}`, 'p99', p99, COMPARISONS),
  ];
}

const shown = (values: Record<string, number[]>, round: number): string =>
  Object.entries(values)
    .map(([one, all]) => `${one} ${Math.round(all[round]!)}`)
    .join(', ');

/** Throws an Error where a contestant gives other probabilities than ours. */
async function mustAgree(name: string, contestants: Map<string, Contestant>): Promise<void> {
  const ours = contestants.get(OURS)!;
  const expected = probabilitiesIn(await ask(ours.origin, ours.request));
  for (const [one, { origin, request, infers }] of contestants) {
    try {
      const answer = await ask(origin, request);
      if (!infers) continue;
      const given = probabilitiesIn(answer);
      const apart = Math.max(...expected.map((value, i) => Math.abs(value - given[i]!)));
      if (given.length === expected.length && apart <= TOLERANCE) continue; // not for NaN
      throw new Error(`it says [${given}], and ${OURS} [${expected}]`);
    } catch (error) {
      throw new Error(`${name}: ${one} answers wrongly: ${firstLine(error)}`, { cause: error });
    }
  }
}
