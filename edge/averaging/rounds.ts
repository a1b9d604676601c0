/**
 * The rounds of a training that several workers share. Rows are the truth and vectors lie in R2; whoever answers last, or looks after the
 * deadline, closes the round: it replays the answers into the coordinator, and writes what came of it if nobody else has.
 */

import type { RoundState } from '../../shared/api/routes/averaging.ts';
import { AppError } from '../../shared/errors.ts';
import {
  type Coordination,
  close,
  closesAt,
  coordinate,
  receive,
} from '../../shared/federated/coordinator.ts';
import { secureUniform } from '../../shared/federated/noise.ts';
import { sha256 } from '../../shared/sha256.ts';
import {
  type AnsweredRound,
  addAnswer,
  type NewAnswer,
  openNextRound,
  readAnswers,
  takeClosing,
} from '../store/averagings.ts';
import { averageKey } from '../store/blob-key.ts';
import { getBlob } from '../store/blobs.ts';
import type { Stores } from '../store/create-run.ts';
import { findJob, holdLease, type LeaseKey } from '../store/leases.ts';
import type { Caller } from '../store/look-up.ts';
import { type AveragingRow, findAveraging } from '../store/team.ts';

/** Takes what a worker learnt in a round; said again, or too late, it changes nothing. Throws AppError `conflict`, `stale_fence`, `invalid_data`. */
export async function tellRound(
  stores: Stores & { caller: Caller },
  key: LeaseKey,
  answer: Omit<NewAnswer, 'participant' | 'weights'>,
  { body, sha256: hash }: { body: ReadableStream<Uint8Array>; sha256: string },
): Promise<RoundState> {
  const { db, blobs, workspace, caller } = stores;
  const { run } = await holdLease(db, caller, key);
  const before = await findAveraging(db, workspace, run);
  const bytes = await new Response(body).arrayBuffer();
  if (sha256(new Uint8Array(bytes)) !== hash)
    throw new AppError('invalid_data', `the body does not have the sha256 ${hash} that was promised`);
  if (bytes.byteLength % 4 > 0)
    throw new AppError('invalid_data', `the body has ${bytes.byteLength} bytes; expected 4 for each number`);
  const weights = new Float32Array(bytes);
  const said = { ...answer, participant: run };
  if (answer.round === before.round && !before.standing.done) {
    // by the coordinator's own rules, as far as they need no other vector
    receive(begun({ ...before, round: 0 }, null), updateOf({ ...said, round: 0 }, weights), Date.now());
    await blobs.put(averageKey(workspace, before.lead, hash), weights);
  }
  return look(
    stores,
    await addAnswer(db, caller, key, before.lead, { ...said, weights: hash }, weights.length),
  );
}

export async function lookAtRound(stores: Stores, job: string): Promise<RoundState> {
  const { run } = await findJob(stores.db, stores.workspace, job);
  return look(stores, await findAveraging(stores.db, stores.workspace, run));
}

/** Throws AppError `not_found` once the round is closed. */
export async function getAverage(stores: Stores, job: string, round: number): Promise<R2ObjectBody> {
  const { run } = await findJob(stores.db, stores.workspace, job);
  const { lead, standing, round: open } = await findAveraging(stores.db, stores.workspace, run);
  if (open !== round || !standing.base)
    throw new AppError('not_found', `round ${round} is not open; expected ${open}`);
  return getBlob(stores.blobs, averageKey(stores.workspace, lead, standing.base));
}

/** Closes the round if that is due. */
async function look(stores: Stores, row: AveragingRow): Promise<RoundState> {
  const { db, workspace } = stores;
  const answers = await readAnswers(db, row);
  const due = closesAt({ ...begun(row, null), ...answeredBy(row, answers) });
  if (due !== null && due <= Date.now() && (await takeClosing(db, row)))
    return look(stores, await closeRound(stores, row, answers));
  const now = due === null ? row : await findAveraging(db, workspace, row.lead);
  const { round, standing } = now;
  return {
    round,
    done: standing.done,
    answered: answers.length,
    awaited: Math.max(standing.awaited.length, row.rules.participants * Number(round === 0)),
  };
}

async function closeRound(
  stores: Stores,
  row: AveragingRow,
  answers: AnsweredRound[],
): Promise<AveragingRow> {
  const { base, velocity, best } = row.standing;
  const read = (hash: string | undefined | null) => (hash ? readVector(stores, row, hash) : null);
  const [begunWith, moving, bestSoFar, ...told] = await Promise.all([
    read(base),
    read(velocity),
    read(best?.weights),
    ...answers.map(({ weights }) => readVector(stores, row, weights)),
  ]);
  const state = begun(row, begunWith);
  if (moving) state.velocity = moving;
  if (best && bestSoFar) state.best = { loss: best.loss, weights: bestSoFar };
  for (const [i, answer] of answers.entries()) receive(state, updateOf(answer, told[i]!), answer.at);
  close(state, secureUniform);
  const { awaited, waited, done } = state;
  const [nextBase, nextVelocity, nextBest] = await Promise.all([
    writeVector(stores, row, state.round.base!),
    state.velocity.length > 0 && !done ? writeVector(stores, row, state.velocity) : null,
    state.best && !done ? writeVector(stores, row, state.best.weights) : null,
  ]);
  const next = {
    ...{ awaited, waited, done, shape: row.standing.shape, base: nextBase, velocity: nextVelocity },
    best: nextBest === null ? null : { loss: state.best!.loss, weights: nextBest },
  };
  const opened = await openNextRound(stores.db, row, next);
  const kept = vectorsOf(opened);
  const old = [...vectorsOf(row), ...answers.map(({ weights }) => weights), ...vectorsOf({ standing: next })];
  await dropVectors(
    stores,
    row,
    old.filter((hash) => !kept.includes(hash)),
  );
  return opened;
}

/** The coordinator as it stood when the round was opened. */
function begun({ rules, round, standing }: AveragingRow, base: Float32Array | null): Coordination {
  const fresh = coordinate(rules);
  const { awaited, waited, done } = standing;
  return { ...fresh, awaited: [...awaited], waited, done, round: { ...fresh.round, number: round, base } };
}

/** What of the coordinator says when the round may be closed, without any weights. */
function answeredBy({ round, standing }: AveragingRow, answers: readonly AnsweredRound[]) {
  const answered = answers.map(({ participant }) => participant);
  return {
    awaited: [...new Set([...standing.awaited, ...answered])],
    since: answers[0]?.at ?? null,
    round: { number: round, answered } as Coordination['round'],
  };
}

function updateOf(
  { participant, round, rows, statistics, loss, validationRows }: Omit<NewAnswer, 'weights'>,
  weights: Float32Array,
) {
  const validation =
    loss === null || validationRows === null ? {} : { validation: { loss, rows: validationRows } };
  return { participant, round, rows, statistics, weights, ...validation };
}

const vectorsOf = ({ standing }: Pick<AveragingRow, 'standing'>): string[] =>
  [standing.base, standing.velocity, standing.best?.weights].filter((hash) => typeof hash === 'string');

async function readVector(
  { blobs, workspace }: Stores,
  { lead }: AveragingRow,
  hash: string,
): Promise<Float32Array> {
  return new Float32Array(await (await getBlob(blobs, averageKey(workspace, lead, hash))).arrayBuffer());
}

/** Returns its sha256. */
async function writeVector(
  { blobs, workspace }: Stores,
  { lead }: AveragingRow,
  vector: Float32Array,
): Promise<string> {
  const bytes = bytesOf(vector);
  const hash = sha256(bytes);
  await blobs.put(averageKey(workspace, lead, hash), bytes);
  return hash;
}

async function dropVectors(
  { blobs, workspace }: Stores,
  { lead }: AveragingRow,
  hashes: string[],
): Promise<void> {
  if (hashes.length > 0) await blobs.delete(hashes.map((hash) => averageKey(workspace, lead, hash)));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
