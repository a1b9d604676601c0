/** A worker's end of a round: tells its weights, waits until the round is closed, and brings what all go on from. */

import { AppError } from '../errors.ts';
import type { Average, Update } from '../federated/round.ts';
import type { Lease } from '../schema/run.ts';
import { sha256 } from '../sha256.ts';
import type { Client } from './client.ts';
import { getAverage, getRound, type RoundState, tellRound } from './routes/averaging.ts';

/** Between two looks at whether the round is closed, milliseconds; it grows. */
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 1000;

/** `persist`: tries again where the server cannot be reached; what it throws ends the wait. */
export async function exchangeWeights(
  client: Client,
  { job, fence }: Pick<Lease, 'job' | 'fence'>,
  { round, rows, weights, statistics, validation }: Update,
  persist: <T>(call: () => Promise<T>) => Promise<T>,
): Promise<Average> {
  const body = new Uint8Array(
    weights.buffer,
    weights.byteOffset,
    weights.byteLength,
  ) as Uint8Array<ArrayBuffer>;
  const judged = validation && { loss: validation.loss, validationRows: validation.rows };
  const query = { fence, sha256: sha256(body), rows, statistics, ...judged };
  let state: RoundState = await persist(() =>
    client.call(tellRound, { params: { job, round }, query, body }),
  );
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, 1.5 * wait)) {
    if (state.round > round) {
      const average = await persist(() => fetchAverage(client, job, state.round));
      if (average) return { round: state.round, weights: average, done: state.done };
    } else await new Promise((done) => setTimeout(done, wait));
    state = await persist(() => client.call(getRound, { params: { job } }));
  }
}

/** Null: the round has been closed meanwhile. */
async function fetchAverage(client: Client, job: string, round: number): Promise<Float32Array | null> {
  try {
    const response = await client.call(getAverage, { params: { job, round } });
    return new Float32Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}
