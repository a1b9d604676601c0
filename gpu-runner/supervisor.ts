/**
 * The runner's main loop: announce itself, wait until a job is there (told by the live channel, and asking now and then
 * in case it was not), have it worked, begin anew. Several jobs side by side, each in a process of its own, while there is memory.
 */
import { hostname } from 'node:os';
import { createBell } from '../shared/api/bell.ts';
import { openLive } from '../shared/api/live.ts';
import { claimBatch } from '../shared/api/routes/batches.ts';
import { claimJob, registerRunner } from '../shared/api/routes/jobs.ts';
import { AppError } from '../shared/errors.ts';
import type { RunnerCapabilities, RunnerUsage } from '../shared/schema/run.ts';
import { workBatch } from './batch/work-batch.ts';
import { hasRoom, type Seat } from './machine/room.ts';
import { createUsageMeter } from './machine/usage.ts';
import { retry } from './retry.ts';
import { type JobContext, workJob } from './training/work-job.ts';

/** A job whose lease ran out is announced by nobody if the server itself was away: so ask this often, milliseconds. */
const ASK_MS = 5000;
/** It says how busy its machine is this often, milliseconds. */
const USAGE_MS = 15_000;

/** Aborting `shutdown` hands the jobs back and ends the loop. */
export interface SupervisorOptions extends Omit<JobContext, 'crashes'> {
  /** The runner's own id, the same after a restart. */
  runner: string;
  device: string;
  capabilities: RunnerCapabilities;
}

/** What was claimed. */
interface Task {
  /** For the log. */
  id: { run: string } | { batch: string };
  work(seat: Seat): Promise<string>;
}

export async function superviseJobs(options: SupervisorOptions): Promise<void> {
  const { runner, device, capabilities, ...context } = options;
  const { client, log, shutdown } = context;
  const crashes = new Map<string, number>();
  /** By the promise that its job is worked. */
  const seats = new Map<Promise<void>, Seat>();
  const bell = createBell();
  let batchIsNext = false;
  shutdown.addEventListener('abort', bell.ring);

  await persist(() => register());
  const readUsage = createUsageMeter(capabilities.gpu !== null);
  const telling = setInterval(() => void tellUsage().catch(() => {}), USAGE_MS); // what is lost, the next one makes good
  log('runner ready', { runner, device, slots: capabilities.slots, server: client.baseUrl });
  const live = openLive(
    { baseUrl: client.baseUrl, token: client.token, topics: ['jobs'] },
    bell.ring, // every event of this topic is a waiting job
    bell.ring,
  );
  try {
    while (!shutdown.aborted) {
      const task = mayTakeMore() ? await persist(claim) : null;
      if (task) begin(task);
      else await bell.wait(ASK_MS);
    }
  } catch (error) {
    if (!shutdown.aborted) throw error;
  } finally {
    live.close();
    clearInterval(telling);
    await Promise.all(seats.keys());
    context.leftovers.close();
  }

  /** One at least, whatever it takes: a job that no memory suffices for is refused with its figures. */
  function mayTakeMore(): boolean {
    return seats.size === 0 || (seats.size < capabilities.slots && hasRoom(seats.values()));
  }

  function begin(task: Task): void {
    const seat: Seat = {};
    const worked = work(task, seat).finally(() => {
      seats.delete(worked);
      bell.ring();
    });
    seats.set(worked, seat);
  }

  /** Never rejects: a fault in one job is no other's. */
  async function work({ id, work }: Task, seat: Seat): Promise<void> {
    const started = performance.now();
    const outcome = await work(seat).catch((error: unknown) => {
      log('job left to its lease', { ...id, why: error instanceof Error ? error.stack : String(error) });
      return 'lost';
    });
    log('job ended', { ...id, outcome, ms: Math.round(performance.now() - started) });
  }

  function persist<T>(operation: () => Promise<T>): Promise<T> {
    return retry(operation, { signal: shutdown });
  }

  function register(usage?: RunnerUsage, signal: AbortSignal = shutdown) {
    const body = { name: hostname().slice(0, 100), device, capabilities, usage };
    return client.call(registerRunner, { params: { runner }, body }, { signal });
  }

  async function tellUsage() {
    await register(await readUsage(), AbortSignal.any([shutdown, AbortSignal.timeout(USAGE_MS)]));
  }

  /** Trainings and batch predictions take turns, where both wait. */
  async function claim(): Promise<Task | null> {
    for (const ask of batchIsNext ? [claimPrediction, claimTraining] : [claimTraining, claimPrediction]) {
      const task = await ask();
      if (!task) continue;
      batchIsNext = ask === claimTraining;
      return task;
    }
    return null;
  }

  /** Not aborted by a shutdown: a claim that the server has granted must be heard, to be handed back. */
  async function claimTraining(): Promise<Task | null> {
    const ask = () => client.call(claimJob, { body: { runner, run: null, device } });
    const job = await ask().catch(async (error) => {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error;
      await register(); // the server has begun afresh and does not know this runner
      return ask();
    });
    return job && { id: { run: job.run.id }, work: (seat) => workJob(job, { ...context, crashes }, seat) };
  }

  async function claimPrediction(): Promise<Task | null> {
    const batch = await client.call(claimBatch, { body: { runner } });
    return batch && { id: { batch: batch.batch }, work: (seat) => workBatch(batch, context, seat) };
  }
}
