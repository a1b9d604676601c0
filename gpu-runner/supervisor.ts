/**
 * The runner's main loop: announce itself, wait until a job is there (told by the live channel, and asking now and then
 * in case it was not), have it worked, begin anew. Several jobs side by side, each in a process of its own, while there is memory.
 */
import { hostname } from 'node:os';
import { createBell } from '../shared/api/bell.ts';
import { openLive } from '../shared/api/live.ts';
import { claimJob, type JobAssignment, registerRunner } from '../shared/api/routes/jobs.ts';
import { AppError } from '../shared/errors.ts';
import type { RunnerCapabilities, RunnerUsage } from '../shared/schema/run.ts';
import { retry } from './retry.ts';
import { hasRoom, type Seat } from './room.ts';
import { createUsageMeter } from './usage.ts';
import { type JobContext, workJob } from './work-job.ts';

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

export async function superviseJobs(options: SupervisorOptions): Promise<void> {
  const { runner, device, capabilities, ...context } = options;
  const { client, log, shutdown } = context;
  const crashes = new Map<string, number>();
  /** By the promise that its job is worked. */
  const seats = new Map<Promise<void>, Seat>();
  const bell = createBell();
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
      const assignment = mayTakeMore() ? await persist(claim) : null;
      if (assignment) begin(assignment);
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

  function begin(assignment: JobAssignment): void {
    const seat: Seat = {};
    const worked = work(assignment, seat).finally(() => {
      seats.delete(worked);
      bell.ring();
    });
    seats.set(worked, seat);
  }

  /** Never rejects: a fault in one job is no other's. */
  async function work(assignment: JobAssignment, seat: Seat): Promise<void> {
    const run = assignment.run.id;
    const started = performance.now();
    const outcome = await workJob(assignment, { ...context, crashes }, seat).catch((error: unknown) => {
      log('job left to its lease', { run, why: error instanceof Error ? error.stack : String(error) });
      return 'lost';
    });
    log('job ended', { run, outcome, ms: Math.round(performance.now() - started) });
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

  /** Not aborted by a shutdown: a claim that the server has granted must be heard, to be handed back. */
  async function claim(): Promise<JobAssignment | null> {
    const ask = () => client.call(claimJob, { body: { runner, run: null, device } });
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error;
      await register(); // the server has begun afresh and does not know this runner
      return ask();
    }
  }
}
